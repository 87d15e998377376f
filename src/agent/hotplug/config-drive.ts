import type { System } from '../../core/system/system.ts';
import { type Loop, loop } from '../action/loop.ts';
import type { Plan } from '../action/plan.ts';
import { isBound } from '../action/run-foreign.ts';
import { type DriveFacts, observeDrive } from '../bootstrap/observe-drive.ts';
import { planAttachedDrive } from '../bootstrap/plan-drive.ts';
import type { SpooledEvent } from '../event/spool.ts';
import { observeFirstBootOwner } from '../facts/first-boot-owner.ts';
import type { Flags } from '../flags/flag-table.ts';
import { type Action, kinds } from './actions.ts';

/** What is known where a volume was attached that may say what this machine is to be. */
export interface AttachedDriveFacts {
  /** undefined where the flags or cloud-init leave no drive to us */
  readonly drive: DriveFacts | undefined;
  /** Our unit closes the doors that a configuration needs. */
  readonly isBound: boolean;
}

/** A volume that may say what this machine is to be is there: what it says is applied, unless it was already. */
export function driveLoop(_: readonly SpooledEvent[], flags: Flags, system: System): Loop {
  return loop({
    observe: async () => {
      const isOthers = (await observeFirstBootOwner(system, flags)) === 'cloud-init';
      const drive = isOthers ? undefined : await observeDrive(system, flags);
      return { drive, isBound: await isBound(system) };
    },
    plan: (facts) => planDriveEvent(facts, flags),
    kinds,
  });
}

/** Where our unit may not do it, that of first boot does, and tells of the mistakes; it looks for itself. */
export function planDriveEvent(facts: AttachedDriveFacts, flags: Flags): Plan<Action> {
  const plan = planAttachedDrive(facts.drive, flags);
  if (!facts.isBound || plan.steps.every(({ actions }) => actions.length === 0)) return plan;
  return { steps: [{ name: 'drive', actions: [{ kind: 'restart-stage', stage: 'bootstrap' }] }] };
}
