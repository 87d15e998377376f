import type { System } from '../../core/system/system.ts';
import { type Loop, loop } from '../action/loop.ts';
import type { SpooledEvent } from '../event/spool.ts';
import { observeFirstBootOwner } from '../facts/first-boot-owner.ts';
import type { Flags } from '../flags/flag-table.ts';
import { planAttachedDrive } from '../bootstrap/config-drive.ts';
import { kinds } from './actions.ts';

/** A volume with the label of a config-drive is there: what it says is applied, unless it was already. */
export function driveLoop(_: readonly SpooledEvent[], flags: Flags, system: System): Loop {
  return loop({
    observe: async () => {
      if ((await observeFirstBootOwner(system, flags)) === 'cloud-init') return undefined;
      return planAttachedDrive(system, flags);
    },
    plan: (attached) => {
      if (attached === undefined) return { steps: [] };
      // The next look finds the drive applied, and has nothing to say about it any more.
      const isLeft = attached.steps.some(({ actions }) => actions.length > 0);
      return isLeft ? attached : { steps: attached.steps };
    },
    kinds,
  });
}
