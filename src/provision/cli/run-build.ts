import type { Terminal } from '../../core/command/command.ts';
import { buildImage } from '../image/build/build-image.ts';
import type { BuildPlan } from '../image/build/build-plan.ts';
import type { BuildRequest, Caller } from '../image/command-line/build-request.ts';
import type { FoundElements } from '../image/build/prepare-build.ts';

/** Builds what was planned and shows it as it goes, with the time in front of each line unless DIB_NO_TIMESTAMP is set. */
export function runBuild(request: BuildRequest, plan: BuildPlan, caller: Caller, terminal: Terminal): Promise<number> {
  const { TMP_DIR, TMPDIR, DIB_NO_TIMESTAMP = '0' } = request.environment;
  const timed = DIB_NO_TIMESTAMP === '0' || DIB_NO_TIMESTAMP === '';
  const say = (line: string) => terminal.out(timed ? `${timestamp(new Date())} | ${line}` : line);
  return buildImage(plan, {
    temporary: TMP_DIR ?? TMPDIR ?? '/tmp',
    working: process.cwd(),
    isRoot: process.geteuid?.() === 0,
    caller: caller.environment,
    say,
  });
}

/** Says which elements a build consists of; scripts read this line. */
export function tellElements({ elements, missing }: FoundElements, terminal: Terminal): void {
  for (const folder of missing) terminal.err(`warning: ${folder} is named in ELEMENTS_PATH and is not a folder`);
  terminal.out(`Expanded element dependencies to: ${elements.map(({ name }) => name).join(' ')}`);
}

function timestamp(now: Date): string {
  return now.toISOString().replace('T', ' ').replace('Z', '');
}
