import { randomBytes } from 'node:crypto';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import { type Loop, loop } from '../action/loop.ts';
import { planRootGrowth } from '../disk/plan-root-growth.ts';
import { observeRootDisk } from '../disk/root-disk.ts';
import type { Flags } from '../flags/flag-table.ts';
import { observeIdentity } from '../identity/identity.ts';
import type { PendingPayload } from '../../core/payload/pending-payload.ts';
import { planIdentity } from '../identity/plan-identity.ts';
import { planSysctl, sysctlDropIn, sysctlSource } from '../kernel/plan-sysctl.ts';
import { kinds } from './actions.ts';
import { observeDrive } from './observe-drive.ts';
import { planDrive } from './plan-drive.ts';
import { planPending, readPending } from './pending-payload.ts';
import { observeStored, planStored } from './stored-configuration.ts';
import { observeSwapPart, planSwapPart } from './swap-disk.ts';

/** A part of first boot that no other part can keep from being done. */
export interface Part {
  readonly name: string;
  readonly loop: (system: System, flags: Flags) => Loop;
}

export interface BootstrapOptions {
  /** A payload that came with the image, which nobody applied yet. */
  readonly pending?: PendingPayload | undefined;
  /** Apply the configuration that the machine keeps once more, instead of looking for a new one. */
  readonly again: boolean;
}

const care: readonly Part[] = [
  { name: 'identity', loop: identityLoop },
  { name: 'kernel settings', loop: sysctlLoop },
  { name: 'root disk', loop: rootDiskLoop },
];

/** In order. The owner's access comes first: whatever the rest does, it is there. */
export function bootstrapParts(system: System, { again, pending }: BootstrapOptions): readonly Part[] {
  const isStored = again || !isRunningMachine(system);
  const stored: Part = { name: 'configuration', loop: (machine, flags) => storedLoop(machine, flags, again) };
  const placed: Part = { name: 'configuration', loop: (machine, flags) => pendingLoop(machine, flags, pending) };
  const sources: readonly Part[] = [
    { name: 'configuration', loop: swapDiskLoop },
    { name: 'drive', loop: driveLoop },
  ];
  if (isStored) return [stored, ...care];
  return [...(pending === undefined ? [] : [placed]), ...sources, ...care];
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

function pendingLoop(system: System, flags: Flags, pending: PendingPayload | undefined): Loop {
  return loop({
    observe: async () => ((await readPending(system, flags)) === undefined ? undefined : observeStored(system, flags)),
    plan: (facts) => planPending(facts, flags, pending),
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
