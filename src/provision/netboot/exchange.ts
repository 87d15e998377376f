import { AgentError } from '../../core/error/agent-error.ts';
import type { Processes } from '../../core/system/processes.ts';

/** renameat2(2) by its number, as Perl knows no name of it: RENAME_EXCHANGE is 2, AT_FDCWD -100. */
const systemCall = process.arch === 'arm64' ? 276 : 316;
const perl = `exit(syscall(${systemCall}, -100, $ARGV[0], -100, $ARGV[1], 2) == 0 ? 0 : 1)`;

/** Node has no renameat2(2). mv(1) can since coreutils 9.5; Perl is there wherever dpkg is. */
const ways = [
  ['mv', ['--exchange', '--no-copy', '--no-target-directory']],
  ['perl', ['-e', perl]],
] as const;

/**
 * Exchanges the names of two files, folders or links in one step: nobody ever sees either name free.
 * @throws AgentError `netboot.exchange-refused`
 */
export async function exchange(processes: Processes, path: string, other: string): Promise<void> {
  let cause: unknown;
  for (const [tool, args] of ways) {
    try {
      await processes.run(tool, [...args, path, other]);
      return;
    } catch (error) {
      cause = error;
    }
  }
  throw new AgentError('cannot switch it in one step', {
    code: 'netboot.exchange-refused',
    subject: path,
    remedy: 'this is the folder of another program: move it away, then import again',
    cause,
  });
}
