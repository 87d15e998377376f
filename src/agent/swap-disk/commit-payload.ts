import type { CommitPayload } from '../action/action.ts';
import { writeAppliedRecord } from './applied-record.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';

/**
 * sync(2) first: the tools that wrote on our behalf (chpasswd and its kin) do not all fsync, and once the record is
 * durable the payload, the only other copy of this configuration, goes.
 */
export async function commitPayload(action: CommitPayload, system: System): Promise<void> {
  if (isRunningMachine(system)) await system.processes.run('sync', []);
  await writeAppliedRecord(system, {
    version: 1,
    payload: action.payload,
    consumed: action.consumed,
    appliedAt: system.clock.now().toISOString(),
  });
}
