import { isSea } from 'node:sea';
import { constants } from 'node:os';
import { AgentError, ExitCode } from '../../../core/error/agent-error.ts';
import { silentJournal } from '../../../core/system/journal.ts';
import {
  startStageChild,
  type StageChild,
  type StageEnd,
  type StageOptions,
} from '../../../core/system/stage-child.ts';
import { openSystem } from '../../../core/system/system.ts';
import { inNameSpaces, tryNameSpace } from '../root/name-spaces.ts';

export interface InsideHost {
  readonly working: string;
  readonly isRoot: boolean;
  readonly caller: Readonly<Record<string, string>>;
  readonly output: StageOptions['output'];
}

/**
 * Starts this program once more, in name spaces of its own, with a request as the first line of descriptor 3.
 * @param word what its first argument is
 */
export function startInside(word: string, request: object, host: InsideHost): StageChild {
  const [tool = '', ...args] = inNameSpaces([...ownProgram(), word], host);
  const child = startStageChild(tool, args, {
    environment: host.caller,
    workingFolder: host.working,
    input: 'own',
    output: host.output,
    channels: 1,
  });
  // It stays open: its end tells the other side that this process is gone.
  child.channels[0]?.write(`${JSON.stringify(request)}\n`);
  return child;
}

/** How this program is started once more; from its sources it is a script that Node runs. */
function ownProgram(): string[] {
  const [, script = ''] = process.argv;
  return isSea() ? [process.execPath] : [process.execPath, ...process.execArgv, script];
}

/** For a user other than root. @throws AgentError `image.no-user-name-space` */
export async function refuseWithoutNameSpace(): Promise<void> {
  const [tool = '', ...args] = tryNameSpace;
  try {
    await openSystem('/', silentJournal).processes.run(tool, args);
  } catch (cause) {
    throw new AgentError('the build needs root, or a user name space of several users, which this user cannot have', {
      code: 'image.no-user-name-space',
      subject: 'unshare --map-auto',
      remedy:
        'install the package uidmap, and give the user ranges: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER',
      cause: cause instanceof AgentError ? cause.cause : cause,
    });
  }
}

/** The exit status that the end of a program in the name spaces stands for. @throws AgentError `image.no-name-spaces` */
export function statusOf({ exitCode, signal, cause }: StageEnd): number {
  if (exitCode !== undefined) return exitCode;
  if (signal !== undefined) return 128 + constants.signals[signal];
  if (cause === undefined) return ExitCode.stepFailed;
  throw new AgentError('the name spaces for the build cannot be made', {
    code: 'image.no-name-spaces',
    subject: 'unshare',
    remedy: 'install the package util-linux',
    cause,
  });
}
