import { writeAppliedRecord } from './applied-record.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import type { PayloadLocation } from '../../core/payload/payload-location.ts';
import type { ActionKind } from '../action/kind.ts';

/**
 * Writes the record that this payload is applied: from here on it is never applied again. `consumed` says that its
 * area is wiped too; while it is false, the next run goes on with the wipe.
 */
export interface CommitPayload {
  readonly kind: 'commit-payload';
  readonly payload: PayloadLocation;
  readonly consumed: boolean;
  /** See AppliedRecord. */
  readonly code?: string;
}

export const commitPayloadKind: ActionKind<CommitPayload> = {
  kind: 'commit-payload',
  describe: (action) => (action.consumed ? 'record: payload consumed' : 'record: payload applied'),
  // A payload that came with the image was on no disk of its own.
  deviceOf: ({ payload: { disk } }) => (disk === '' ? undefined : `/dev/${disk}`),
  isBookkeeping: () => true,
  apply: commitPayload,
};

/**
 * sync(2) first: the tools that wrote on our behalf (chpasswd and its kin) do not all fsync, and once the record is
 * durable the payload, the only other copy of this configuration, goes.
 */
async function commitPayload(action: CommitPayload, system: System): Promise<void> {
  if (isRunningMachine(system)) await system.processes.run('sync', []);
  await writeAppliedRecord(system, {
    version: 1,
    payload: action.payload,
    consumed: action.consumed,
    ...(action.code === undefined ? {} : { code: action.code }),
    appliedAt: system.clock.now().toISOString(),
  });
}
