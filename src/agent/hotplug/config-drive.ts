import type { System } from '../../core/system/system.ts';
import { type Loop, loop } from '../action/loop.ts';
import { observeDrive } from '../bootstrap/observe-drive.ts';
import { planAttachedDrive } from '../bootstrap/plan-drive.ts';
import type { SpooledEvent } from '../event/spool.ts';
import { observeFirstBootOwner } from '../facts/first-boot-owner.ts';
import type { Flags } from '../flags/flag-table.ts';
import { kinds } from './actions.ts';

/** A volume that may say what this machine is to be is there: what it says is applied, unless it was already. */
export function driveLoop(_: readonly SpooledEvent[], flags: Flags, system: System): Loop {
  return loop({
    observe: async () => {
      const isOthers = (await observeFirstBootOwner(system, flags)) === 'cloud-init';
      return isOthers ? undefined : observeDrive(system, flags);
    },
    plan: (facts) => planAttachedDrive(facts, flags),
    kinds,
  });
}
