import type { Flags } from '../flags/flag-table.ts';
import type { Step } from './actions.ts';
import type { NicFacts } from './nic-facts.ts';
import type { NicRecord } from './nic-records.ts';
import { planNic } from './plan-nic.ts';

/** What remembers a NIC that is as it should be; undefined where there is more to do about it. */
export function planSettled(facts: NicFacts, flags: Flags): Step[] | undefined {
  const steps = planNic(facts, flags);
  const remembered: NicRecord[] = [];
  for (const { actions, problem } of steps) {
    if (problem !== undefined) return undefined;
    for (const action of actions) {
      if (action.kind !== 'remember-nic') return undefined;
      remembered.push(action.record);
    }
  }
  // What is done once it is remembered counts too: the admin is told of it by a hook.
  const others = facts.records.filter(({ index }) => remembered.every((record) => record.index !== index));
  const next = planNic({ ...facts, records: [...others, ...remembered] }, flags);
  return next.every(({ actions }) => actions.length === 0) ? steps : undefined;
}
