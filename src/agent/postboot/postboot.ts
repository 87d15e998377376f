import type { StepOutcome } from '../action/apply-steps.ts';
import { converge } from '../action/converge.ts';
import { describeLoop, type Loop, loop } from '../action/loop.ts';
import { observeFirstBootOwner } from '../facts/first-boot-owner.ts';
import { isAutofsActive, observePostboot } from './observe-postboot.ts';
import type { Flags } from '../flags/flag-table.ts';
import { readFlags } from '../flags/read-flags.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import { kinds } from './actions.ts';
import { planAutofs, planPostboot } from './plan.ts';

/**
 * After boot, with the network up: the customer's own code, once for a payload. It is never run on a tree that is
 * not running, as it is written for the machine and not for the builder of its image.
 */
export async function postboot(system: System): Promise<StepOutcome[]> {
  const flags = await readFlags(system);
  const outcomes: StepOutcome[] = [];
  for (const part of partsOf(system, flags)) outcomes.push(...(await converge(part, system)));
  return outcomes;
}

/** Whether `postboot` will do nothing in this boot. Asked before autofs has started, which it stops where no disk may be mounted. */
export async function isPostbootIdle(system: System): Promise<boolean> {
  const flags = await readFlags(system);
  return flags.CONFIG_ALLOW_MOUNT && (await previewPostboot(system, flags)).length === 0;
}

/** What `postboot` would do now, one line per action; changes nothing. */
export async function previewPostboot(system: System, flags: Flags): Promise<string[]> {
  const lines: string[] = [];
  for (const part of partsOf(system, flags)) lines.push(...(await describeLoop(part, system)));
  return lines;
}

/** Apart from each other: that disks stay unmounted must not depend on a configuration that can be read. */
function partsOf(system: System, flags: Flags): readonly Loop[] {
  return [autofsLoop(system, flags), codeLoop(system, flags)];
}

/** Not about the first boot: also where that is left to cloud-init. */
function autofsLoop(system: System, flags: Flags): Loop {
  return loop({
    observe: async () => !flags.CONFIG_ALLOW_MOUNT && (await isAutofsActive(system)),
    plan: (isActive) => ({ steps: flags.CONFIG_ALLOW_MOUNT ? [] : planAutofs(isActive, flags) }),
    kinds,
  });
}

function codeLoop(system: System, flags: Flags): Loop {
  return loop({
    observe: async () => {
      if (!isRunningMachine(system)) return undefined;
      const isOurs = (await observeFirstBootOwner(system, flags)) === 'gandi-agent';
      return isOurs ? await observePostboot(system, flags) : undefined;
    },
    plan: (facts) => ({ steps: facts === undefined ? [] : planPostboot(facts, flags) }),
    kinds,
  });
}
