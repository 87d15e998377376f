import { removeNicRecord, writeNicRecord } from './nic-records.ts';
import type { System } from '../../core/system/system.ts';
import type { NicRecord } from './nic-records.ts';
import type { ActionKind } from '../action/kind.ts';

export interface RememberNic {
  readonly kind: 'remember-nic';
  readonly record: NicRecord;
}

export const rememberNicKind: ActionKind<RememberNic> = {
  kind: 'remember-nic',
  describe: (action) =>
    `remember ${action.record.name}: ${action.record.note}${action.record.isAnnounced ? ', announced' : ''}`,
  isBookkeeping: () => true,
  apply: rememberNic,
};

export interface ForgetNic {
  readonly kind: 'forget-nic';
  readonly record: NicRecord;
}

export const forgetNicKind: ActionKind<ForgetNic> = {
  kind: 'forget-nic',
  describe: (action) => `forget ${action.record.name}`,
  isBookkeeping: () => true,
  apply: forgetNic,
};

async function rememberNic({ record }: RememberNic, system: System): Promise<void> {
  await writeNicRecord(system, record);
}

async function forgetNic({ record }: ForgetNic, system: System): Promise<void> {
  await removeNicRecord(system, record);
}
