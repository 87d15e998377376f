import type { Terminal } from '../../core/command/command.ts';
import { openLog } from '../../core/system/own-tree.ts';
import { buildImage } from '../image/build/build-image.ts';
import type { BuildPlan } from '../image/build/build-plan.ts';
import type { BuildRequest, Caller } from '../image/command-line/build-request.ts';
import { whereLinesGo } from '../image/build/output-lines.ts';
import type { FoundElements } from '../image/build/read-build-facts.ts';

/** Builds what was planned and shows it as it goes, with the time in front of each line. */
export async function runBuild(
  request: BuildRequest,
  plan: BuildPlan,
  caller: Caller,
  terminal: Terminal,
): Promise<number> {
  const { TMP_DIR, TMPDIR } = request.environment;
  const { log: path, toTerminal, withTime } = whereLinesGo(request.environment);
  const log = path === undefined ? undefined : openLog(path);
  if (path !== undefined) terminal.out(`Output logs going to: ${path}`);
  const say = (text: string) => {
    const line = `${timestamp(new Date())} | ${text}`;
    log?.write(line);
    if (toTerminal) terminal.out(withTime ? line : text);
  };
  const status = await buildImage(plan, {
    temporary: TMP_DIR ?? TMPDIR ?? '/tmp',
    working: process.cwd(),
    isRoot: process.geteuid?.() === 0,
    caller: caller.environment,
    say,
  });
  await log?.close();
  if (log !== undefined && status !== 0) terminal.err(`the build failed with status ${status}: see ${path}`);
  return status;
}

/** Says which elements a build consists of; scripts read this line. */
export function tellElements({ elements }: FoundElements, terminal: Terminal): void {
  terminal.out(`Expanded element dependencies to: ${elements.map(({ name }) => name).join(' ')}`);
}

function timestamp(now: Date): string {
  return now.toISOString().replace('T', ' ').replace('Z', '');
}
