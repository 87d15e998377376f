import type { System } from '../../core/system/system.ts';
import { observeHostKeyUse } from '../access/host-key-use.ts';
import { type Loop, loop } from '../action/loop.ts';
import { planRootGrowth } from '../disk/plan-root-growth.ts';
import { observeRootDisk } from '../disk/root-disk.ts';
import type { Flags } from '../flags/flag-table.ts';
import { observeIdentity } from '../identity/identity.ts';
import { type HostKeyExtent, planIdentity } from '../identity/plan-identity.ts';
import { planSysctl, sysctlDropIn, sysctlSource } from '../kernel/plan-sysctl.ts';
import { kinds } from './actions.ts';

/** A part of a boot's work that no other part can keep from being done. */
export interface Part {
  readonly name: string;
  readonly loop: (system: System, flags: Flags) => Loop;
}

const kernelSettings: Part = { name: 'kernel settings', loop: sysctlLoop };
const rootDisk: Part = { name: 'root disk', loop: rootDiskLoop };

/** What a machine needs to be one of its own, and all of its disk. */
export const care: readonly Part[] = [identityOf('all'), kernelSettings, rootDisk];

/** As much of it as sshd waits for. */
export const careBeforeLogin: readonly Part[] = [identityOf('to-start-with')];

/** What that leaves, for which nobody waits. */
export const careAfterLogin: readonly Part[] = [kernelSettings, rootDisk, identityOf('others')];

function identityOf(extent: HostKeyExtent): Part {
  return { name: 'identity', loop: (system, flags) => identityLoop(system, flags, extent) };
}

function identityLoop(system: System, flags: Flags, extent: HostKeyExtent): Loop {
  return loop({
    observe: async () => observeIdentity(system, await observeHostKeyUse(system)),
    plan: (facts) => ({ steps: planIdentity(facts, flags, extent) }),
    kinds,
  });
}

function sysctlLoop({ files }: System, flags: Flags): Loop {
  return loop({
    observe: async () => ({ source: await files.read(sysctlSource), dropIn: await files.read(sysctlDropIn) }),
    plan: (facts) => ({ steps: [planSysctl(facts, flags)] }),
    kinds,
  });
}

function rootDiskLoop(system: System, flags: Flags): Loop {
  return loop({
    observe: async () => (flags.CONFIG_GROW_ROOT ? await observeRootDisk(system) : undefined),
    plan: (facts) => (facts === undefined ? { steps: [] } : planRootGrowth(facts, flags)),
    kinds,
  });
}
