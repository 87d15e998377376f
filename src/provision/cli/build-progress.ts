import { Listr, PRESET_TIMER } from 'listr2';
import type { Terminal } from '../../core/command/command.ts';
import { oneLine } from '../../core/system/one-line.ts';
import type { BuildEvent } from '../image/build/build-event.ts';
import { timeLines } from '../image/build/time-table.ts';
import { phases } from '../image/phases/phase.ts';
import type { BuildLines } from './run-build.ts';

/** What a person sees of a build as one item, in order: the phases, and then the images. */
const items = [...Object.values(phases).map(({ folder }) => folder), 'output'];

/** How an item came to its end. */
type End = 'done' | 'kept' | 'failed';

interface Item {
  readonly begun: PromiseWithResolvers<void>;
  readonly ended: PromiseWithResolvers<End>;
}

/**
 * Shows a build to a person who watches it: an item per phase with its time and the last line of the hook that runs, and at
 * the end where the time went. The lines of the phase that failed are shown whole.
 */
export function openBuildProgress(terminal: Terminal): BuildLines & { tell(event: BuildEvent): void } {
  const all = items.map((): Item => ({ begun: Promise.withResolvers(), ended: Promise.withResolvers() }));
  const steps: { readonly what: string; readonly seconds: number }[] = [];
  const files: string[] = [];
  const began = performance.now();
  let current = -1;
  let lines: string[] = [];
  let showLine = (_: string): void => undefined;
  const list = new Listr(
    all.map(({ begun, ended }, index) => ({
      title: items[index] ?? '',
      task: async (_: unknown, task) => {
        showLine = (line) => {
          task.output = line;
        };
        await begun.promise;
        const end = await ended.promise;
        if (end === 'kept') task.skip(`${items[index]}: as an earlier build left it`);
        if (end === 'failed') throw new Error(`${items[index]} failed`);
      },
    })),
    { registerSignalListeners: false, rendererOptions: { timer: PRESET_TIMER, formatOutput: 'truncate' } },
  );
  const shown = list.run().then(
    () => undefined,
    () => undefined,
  );
  /** Ends what is under way, and passes over what did not run. */
  const goTo = (next: number, end: End) => {
    all[current]?.ended.resolve(end);
    for (const { begun, ended } of all.slice(current + 1, next)) {
      begun.resolve();
      ended.resolve('kept');
    }
    current = next;
    all[current]?.begun.resolve();
    lines = [];
  };
  return {
    say: (line) => {
      lines.push(line);
      showLine(oneLine(line));
    },
    tell: (event) => {
      if (event.event === 'phase') goTo(items.indexOf(event.phase), 'done');
      if (event.event === 'step') steps.push({ what: event.step, seconds: event.seconds });
      if (event.event === 'file') files.push(event.path);
    },
    close: async (status) => {
      const said = lines;
      if (current === -1) goTo(0, 'done');
      goTo(all.length, status === 0 ? 'done' : 'failed');
      await shown;
      if (status !== 0) for (const line of said) terminal.err(line);
      else for (const line of timeLines(steps, (performance.now() - began) / 1000)) terminal.out(line);
      for (const path of files) terminal.out(`made ${path}`);
    },
  };
}
