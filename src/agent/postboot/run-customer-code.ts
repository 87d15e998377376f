import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { AgentError } from '../../core/error/agent-error.ts';
import { runForeign } from '../action/run-foreign.ts';
import { scriptArguments } from './script-arguments.ts';
import { writePostbootPart } from './postboot-record.ts';
import type { System } from '../../core/system/system.ts';
import type { Secret } from '../../core/secret/secret.ts';
import type { ActionKind } from '../action/kind.ts';

/** Runs a customer's script or command, at most once for a payload: that it was started is recorded before it starts. */
export interface RunCustomerCode {
  readonly kind: 'run-customer-code';
  readonly part: 'script' | 'run';
  readonly path: string;
  /** As the payload has them; split as a shell would. */
  readonly arguments: Secret | null;
  /** 0 for no limit */
  readonly timeoutSeconds: number;
  /** Which payload it belongs to: a digest. */
  readonly payload: string;
}

export const runCustomerCodeKind: ActionKind<RunCustomerCode> = {
  kind: 'run-customer-code',
  describe: (action) => `run ${action.path}${action.arguments === null ? '' : ' (arguments masked)'}`,
  apply: runCustomerCode,
};

const postbootLog = '/var/log/gandi/postboot.log';

// timeout(1): the status of a program that it had to end; 137 where that took SIGKILL.
const timedOut = [124, 137];
const secondsToEnd = 10;

/**
 * Runs a customer's code as root and keeps what it says in the journal and, for the customer, in a log file of
 * root's. That it was started is on the disk before it starts, so not even a power cut makes it run twice.
 * @throws AgentError `postboot.bad-arguments`, `postboot.failed`, `postboot.timed-out`
 */
async function runCustomerCode(action: RunCustomerCode, system: System): Promise<void> {
  const { part, payload, timeoutSeconds } = action;
  const words = scriptArguments(action.arguments?.reveal() ?? '');
  const startedAt = system.clock.now().toISOString();
  await writePostbootPart(system, payload, part, { startedAt, endedAt: null, exitCode: null });
  const exitCode = await runLogged(action, words, system, startedAt);
  const endedAt = system.clock.now().toISOString();
  await writePostbootPart(system, payload, part, { startedAt, endedAt, exitCode });
  if (exitCode === 0) return;
  const remedy = `see what it said in ${postbootLog}; it is not run again for this payload`;
  if (timedOut.includes(exitCode)) {
    const problem = `the customer's ${part} did not end within ${timeoutSeconds} s and was stopped`;
    throw new AgentError(problem, { code: 'postboot.timed-out', subject: action.path, remedy });
  }
  const problem = `the customer's ${part} ended with status ${exitCode}`;
  throw new AgentError(problem, { code: 'postboot.failed', subject: action.path, remedy });
}

async function runLogged(
  action: RunCustomerCode,
  words: readonly string[],
  system: System,
  startedAt: string,
): Promise<number> {
  await using log = await openLog(system);
  // Lines are written one after the other, in the order in which they came.
  let written = log.appendFile(`== ${startedAt} ${action.part}\n`);
  const exitCode = await follow(action, words, system, (line) => {
    system.journal.info(`${action.part} says: ${line}`, { speaker: 'program' });
    written = written.then(() => log.appendFile(`${line}\n`));
  });
  await written;
  await log.appendFile(`== ended with status ${exitCode}\n`);
  await log.sync();
  return exitCode;
}

async function follow(
  action: RunCustomerCode,
  words: readonly string[],
  system: System,
  onLine: (line: string) => void,
): Promise<number> {
  const { timeoutSeconds } = action;
  const path = await system.files.hostPath(action.path);
  const environment = { HOME: '/root' };
  const program = { word: 'postboot', path, arguments: words, environment, timeoutSeconds, secondsToEnd };
  return runForeign(system, program, onLine);
}

async function openLog(system: System): Promise<FileHandle> {
  await system.files.makeDirectory('/var/log/gandi', 0o700);
  // Made by `replace`, so that it is 0600 whatever the umask of the one who runs this by hand.
  if ((await system.files.status(postbootLog)) === undefined) {
    await system.files.replace(postbootLog, '', { mode: 0o600 });
  }
  return system.files.open(postbootLog, constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW);
}
