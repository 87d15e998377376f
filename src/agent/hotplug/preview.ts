import type { Step } from '../action/action.ts';
import { readFlags } from '../flags/read-flags.ts';
import type { System } from '../../core/system/system.ts';
import { handlerOf } from './handlers.ts';
import { peekIntoSpool } from '../event/spool.ts';

/** What `hotplug` would do about the events that wait; changes nothing, and leaves them where they are. */
export async function previewHotplug(system: System): Promise<Step[]> {
  const flags = await readFlags(system);
  const events = await peekIntoSpool(system);
  const steps: Step[] = [];
  for (const group of Map.groupBy(events, ({ handler, devicePath }) => `${handler} ${devicePath}`).values()) {
    const [first] = group;
    if (first !== undefined) steps.push(...(await handlerOf(first).plan(group, flags, system)));
  }
  return steps;
}
