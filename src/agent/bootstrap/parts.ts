import { randomBytes } from 'node:crypto';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import { type Loop, loop } from '../action/loop.ts';
import { planRootGrowth } from '../disk/plan-root-growth.ts';
import { observeRootDisk } from '../disk/root-disk.ts';
import type { Flags } from '../flags/flag-table.ts';
import { observeIdentity } from '../identity/identity.ts';
import { planIdentity } from '../identity/plan-identity.ts';
import { planSysctl, sysctlDropIn, sysctlSource } from '../kernel/plan-sysctl.ts';
import { kinds } from './actions.ts';
import { observeDrive } from './observe-drive.ts';
import { planDrive } from './plan-drive.ts';
import { observeStored, planStored } from './stored-configuration.ts';
import { observeSwapPart, planSwapPart } from './swap-disk.ts';

/** A part of first boot that no other part can keep from being done. */
export interface Part {
  readonly name: string;
  readonly loop: (system: System, flags: Flags) => Loop;
}

export interface BootstrapOptions {
  /** Apply the configuration that the machine keeps once more, instead of looking for a new one. */
  readonly again: boolean;
}

const care: readonly Part[] = [
  { name: 'identity', loop: identityLoop },
  { name: 'kernel settings', loop: sysctlLoop },
  { name: 'root disk', loop: rootDiskLoop },
];

/** In order. The owner's access comes first: whatever the rest does, it is there. */
export function bootstrapParts(system: System, { again }: BootstrapOptions): readonly Part[] {
  const isStored = again || !isRunningMachine(system);
  const stored: Part = { name: 'configuration', loop: (machine, flags) => storedLoop(machine, flags, again) };
  const sources: readonly Part[] = [
    { name: 'configuration', loop: swapDiskLoop },
    { name: 'drive', loop: driveLoop },
  ];
  return [...(isStored ? [stored] : sources), ...care];
}

function swapDiskLoop(system: System, flags: Flags): Loop {
  return loop({
    observe: () => observeSwapPart(system, flags),
    plan: (facts) => planSwapPart(facts, flags),
    kinds,
  });
}

function driveLoop(system: System, flags: Flags): Loop {
  return loop({ observe: () => observeDrive(system, flags), plan: (facts) => planDrive(facts, flags), kinds });
}

function storedLoop(system: System, flags: Flags, again: boolean): Loop {
  return loop({
    observe: () => observeStored(system, flags),
    plan: (facts) => planStored(facts, flags, again),
    kinds,
  });
}

function identityLoop(system: System, flags: Flags): Loop {
  const newMachineId = randomBytes(16).toString('hex');
  return loop({
    observe: () => observeIdentity(system),
    plan: (facts) => ({ steps: planIdentity(facts, flags, newMachineId) }),
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
    observe: () => observeRootDisk(system),
    plan: (facts) => planRootGrowth(facts, flags),
    kinds,
  });
}
