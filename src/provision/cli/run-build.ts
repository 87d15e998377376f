import type { Terminal } from '../../core/command/command.ts';
import { ExitCode } from '../../core/error/agent-error.ts';
import { openLog } from '../../core/system/own-tree.ts';
import { buildImage } from '../image/build/build-image.ts';
import type { BuildEvent } from '../image/build/build-event.ts';
import type { BuildPlan } from '../image/build/build-plan.ts';
import type { BuildRequest, Caller } from '../image/command-line/build-request.ts';
import { whereLinesGo } from '../image/build/output-lines.ts';
import type { FoundElements } from '../image/build/read-build-facts.ts';

/** Where a build speaks: the terminal, a file, or both. */
export interface BuildLines {
  say(text: string): void;
  /** @param status the exit status of the build */
  close(status: number): Promise<void>;
}

/** Each line has the time in front of it unless DIB_NO_TIMESTAMP is set; with `--logfile` lines go to that file. */
export function openBuildLines({ environment }: BuildRequest, terminal: Terminal): BuildLines {
  const { log: path, toTerminal, withTime } = whereLinesGo(environment);
  const log = path === undefined ? undefined : openLog(path);
  if (path !== undefined) terminal.out(`Output logs going to: ${path}`);
  return {
    say: (text) => {
      const line = `${timestamp(new Date())} | ${text}`;
      log?.write(line);
      if (toTerminal) terminal.out(withTime ? line : text);
    },
    close: async (status) => {
      await log?.close();
      if (log !== undefined && status !== 0) terminal.err(`the build failed with status ${status}: see ${path}`);
    },
  };
}

/** For `--json`: an object for each line that hooks print, and for each step; one on a line. */
export function openJsonLines(terminal: Terminal): BuildLines & { tell(event: object): void } {
  const tell = (event: object) => terminal.json(event, 'one line');
  return {
    say: (line) => tell({ event: 'line', line }),
    tell,
    close: async (status) => tell({ event: 'end', status }),
  };
}

/** Builds what was planned and shows it as it goes. */
export async function runBuild(
  request: BuildRequest,
  plan: BuildPlan,
  caller: Caller,
  lines: BuildLines & { tell?(event: BuildEvent): void },
): Promise<number> {
  const { TMP_DIR, TMPDIR } = request.environment;
  let status: number = ExitCode.stepFailed;
  try {
    status = await buildImage(plan, {
      temporary: TMP_DIR ?? TMPDIR ?? '/tmp',
      working: process.cwd(),
      isRoot: process.geteuid?.() === 0,
      caller: caller.environment,
      say: lines.say,
      tell: lines.tell ?? (() => undefined),
    });
    return status;
  } finally {
    await lines.close(status);
  }
}

/** Says which elements a build consists of; scripts read this line. */
export function tellElements({ elements, missing }: FoundElements, { say }: BuildLines): void {
  for (const folder of missing) say(`warning: ${folder} is named in ELEMENTS_PATH and is not a folder`);
  say(`Expanded element dependencies to: ${elements.map(({ name }) => name).join(' ')}`);
}

function timestamp(now: Date): string {
  return now.toISOString().replace('T', ' ').replace('Z', '');
}
