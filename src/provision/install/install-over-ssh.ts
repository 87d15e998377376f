import { AgentError } from '../../core/error/agent-error.ts';
import { readPieces } from '../../core/system/read-pieces.ts';
import type { System } from '../../core/system/system.ts';
import { type InstallJob, sendJob } from './install-job.ts';
import { receiveCommand } from './receive-program.ts';
import { type SshTarget, sshArguments } from './ssh-arguments.ts';

/** Where the program lies on the machine: in its memory, for as long as it is installed. */
const farProgram = '/run/gandi-provision';

/** What happens on the machine, step by step; `write` is told the job on its standard input. */
const commands = {
  send: receiveCommand(farProgram),
  write: [farProgram, 'write-disk'],
  // A moment later, so that sshd can still say that the command ended well; reboot(8) of whichever init the PreOS has.
  reboot: ['sh', '-c', '(sleep 1; exec reboot) </dev/null >/dev/null 2>&1 &'],
} as const;

/**
 * Installs a machine that runs a PreOS: sends this program there, has it write the disk, and restarts the machine.
 * @param program the executable that is sent
 * @param tell gets what the machine says
 * @throws AgentError `install.machine` with what the machine said last
 */
export async function installOverSsh(
  target: SshTarget,
  program: string,
  job: InstallJob,
  payload: AsyncIterable<Uint8Array>,
  { files, processes }: System,
  tell: (line: string) => void,
): Promise<void> {
  const run = async (what: string, command: readonly string[], input: AsyncIterable<Uint8Array>) => {
    try {
      for await (const line of linesOf(processes.pipe('ssh', sshArguments(target, command), input))) tell(line);
    } catch (cause) {
      throw failed(what, target, cause);
    }
  };
  await run(
    'send the program to',
    commands.send,
    processes.pipe('zstd', ['-3', '--quiet', '--stdout'], readPieces(files, program)),
  );
  await run('write the disk of', commands.write, sendJob(job, payload));
  tell('restarting the machine');
  await run('restart', commands.reboot, nothing());
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** The words of the command say nothing to a person: what the machine said does. */
function failed(what: string, { address }: SshTarget, cause: unknown): AgentError {
  return new AgentError(`cannot ${what} the machine`, {
    code: 'install.machine',
    subject: address,
    remedy: 'see that its cable is in and that its PreOS has the key; then `gandi-provision host retry`',
    cause: cause instanceof AgentError ? (cause.cause ?? cause.message) : cause,
  });
}

/** What comes as it comes: a person who watches the log sees each step. */
async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    const lines = `${rest}${decoder.decode(piece, { stream: true })}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
