import { type PendingPayload, parsePending, pendingPath } from '../../core/payload/pending-payload.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import type { Plan } from '../action/plan.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { Action } from './actions.ts';
import { planStored, type StoredFacts } from './stored-configuration.ts';

/**
 * The payload that was put into the image of this machine and that nobody applied yet; undefined on all other machines, and where
 * the flags allow no payload.
 */
export async function readPending(
  system: System,
  { CONFIG_SOURCE: source }: Flags,
): Promise<PendingPayload | undefined> {
  if (!isRunningMachine(system) || (source !== 'auto' && source !== 'swap-payload')) return undefined;
  const text = await system.files.read(pendingPath);
  return text === undefined ? undefined : parsePending(text);
}

/**
 * Applies a payload that came with the image, once: the one who put it there wrote all of this machine's disk, so it is trusted as
 * one on a swap disk is. The record is written before the mark goes, so a boot that is cut off applies it again.
 * @param facts undefined once the mark is gone
 */
export function planPending(
  facts: StoredFacts | undefined,
  flags: Flags,
  pending: PendingPayload | undefined,
): Plan<Action> {
  if (facts === undefined || pending === undefined) return { steps: [] };
  const plan = planStored(facts, flags, false, false);
  const place = { disk: '', diskSequence: null, serial: null, offset: 0 };
  const actions: Action[] = [
    { kind: 'commit-payload', payload: { ...place, ...pending }, consumed: true },
    { kind: 'remove-file', path: pendingPath },
  ];
  return { ...plan, steps: [...plan.steps, { name: 'commit', actions, needsAllBefore: true }] };
}
