import { describeLoop } from '../action/loop.ts';
import { readFlags } from '../flags/read-flags.ts';
import type { System } from '../../core/system/system.ts';
import { handlerOf } from './handlers.ts';
import { peekIntoSpool } from '../event/spool.ts';

/** What `hotplug` would do about the events that wait; one line per action; changes nothing, and leaves them where they are. */
export async function previewHotplug(system: System): Promise<string[]> {
  const flags = await readFlags(system);
  const events = await peekIntoSpool(system);
  const lines: string[] = [];
  for (const group of Map.groupBy(events, ({ handler, devicePath }) => `${handler} ${devicePath}`).values()) {
    const [first] = group;
    if (first === undefined) continue;
    lines.push(...(await describeLoop(handlerOf(first).loop(group, flags, system), system)));
  }
  return lines;
}
