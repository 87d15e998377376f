import type { Terminal } from '../../core/command/command.ts';
import { openLog } from '../../core/system/own-tree.ts';
import { buildImage } from '../image/build/build-image.ts';
import type { BuildPlan } from '../image/build/build-plan.ts';
import type { BuildRequest, Caller } from '../image/command-line/build-request.ts';
import type { FoundElements } from '../image/build/read-build-facts.ts';

/**
 * Builds what was planned and shows it as it goes, with the time in front of each line unless DIB_NO_TIMESTAMP is set. With
 * `--logfile` the lines go to that file in place of the terminal.
 */
export async function runBuild(
  request: BuildRequest,
  plan: BuildPlan,
  caller: Caller,
  terminal: Terminal,
): Promise<number> {
  const { TMP_DIR, TMPDIR, DIB_NO_TIMESTAMP, DIB_QUIET, LOGFILE } = request.environment;
  const log = isSet(LOGFILE) ? openLog(LOGFILE) : undefined;
  const isQuiet = log !== undefined || isSet(DIB_QUIET);
  const say = (text: string) => {
    const line = isSet(DIB_NO_TIMESTAMP) ? text : `${timestamp(new Date())} | ${text}`;
    log?.write(line);
    if (!isQuiet) terminal.out(line);
  };
  const status = await buildImage(plan, {
    temporary: TMP_DIR ?? TMPDIR ?? '/tmp',
    working: process.cwd(),
    isRoot: process.geteuid?.() === 0,
    caller: caller.environment,
    say,
  });
  await log?.close();
  if (log !== undefined && status !== 0) terminal.err(`the build failed with status ${status}: see ${LOGFILE}`);
  return status;
}

/** As the original takes its switches: empty and 0 are off. */
function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '' && value !== '0';
}

/** Says which elements a build consists of; scripts read this line. */
export function tellElements({ elements, missing }: FoundElements, terminal: Terminal): void {
  for (const folder of missing) terminal.err(`warning: ${folder} is named in ELEMENTS_PATH and is not a folder`);
  terminal.out(`Expanded element dependencies to: ${elements.map(({ name }) => name).join(' ')}`);
}

function timestamp(now: Date): string {
  return now.toISOString().replace('T', ' ').replace('Z', '');
}
