import type { Terminal } from '../../core/command/command.ts';
import { buildImage } from '../image/build/build-image.ts';
import type { BuildPlan } from '../image/build/build-plan.ts';
import type { BuildRequest } from '../image/command-line/build-request.ts';
import { callerOf } from '../image/build/prepare-build.ts';

/** Builds what was planned and shows it as it goes, with the time in front of each line unless DIB_NO_TIMESTAMP is set. */
export function runBuild(request: BuildRequest, plan: BuildPlan, terminal: Terminal): Promise<number> {
  const { TMP_DIR, TMPDIR, DIB_NO_TIMESTAMP = '0' } = request.environment;
  const timed = DIB_NO_TIMESTAMP === '0' || DIB_NO_TIMESTAMP === '';
  const say = (line: string) => terminal.out(timed ? `${timestamp(new Date())} | ${line}` : line);
  say(`Expanded element dependencies to: ${plan.elements.map(({ name }) => name).join(' ')}`);
  return buildImage(plan, {
    temporary: TMP_DIR ?? TMPDIR ?? '/tmp',
    working: process.cwd(),
    isRoot: process.geteuid?.() === 0,
    caller: callerOf(process).environment,
    say,
  });
}

function timestamp(now: Date): string {
  return now.toISOString().replace('T', ' ').replace('Z', '');
}
