import { randomBytes } from 'node:crypto';
import { planRootGrowth } from '../disk/plan-root-growth.ts';
import { observeIdentity } from '../identity/identity.ts';
import { observeRootDisk } from '../disk/root-disk.ts';
import type { Flags } from '../flags/flag-table.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import type { BootstrapPlan } from './bootstrap-plan.ts';
import { planIdentity } from '../identity/plan-identity.ts';
import { planConfigDrive } from './config-drive.ts';
import { planSysctl, sysctlDropIn, sysctlSource } from './plan-sysctl.ts';
import { planStoredConfiguration } from './stored-configuration.ts';
import { planSwapDisk } from './swap-disk.ts';

/** A part of first boot that no other part can keep from being done. */
export interface Part {
  readonly name: string;
  /** Looks at the machine and says what is left to do; changes nothing. @throws AgentError if this part cannot be decided */
  readonly plan: (system: System, flags: Flags) => Promise<BootstrapPlan>;
}

export interface BootstrapOptions {
  /** Apply the configuration that the machine keeps once more, instead of looking for a new one. */
  readonly again: boolean;
}

const care: readonly Part[] = [
  { name: 'identity', plan: planIdentityPart },
  { name: 'kernel settings', plan: planSysctlPart },
  { name: 'root disk', plan: async (system, flags) => planRootGrowth(await observeRootDisk(system), flags) },
];

/** In order. The owner's access comes first: whatever the rest does, it is there. */
export function bootstrapParts(system: System, { again }: BootstrapOptions): readonly Part[] {
  const isStored = again || !isRunningMachine(system);
  const planStored: Part['plan'] = (machine, flags) => planStoredConfiguration(machine, flags, again);
  const sources: readonly Part[] = [
    { name: 'configuration', plan: planSwapDisk },
    { name: 'config-drive', plan: planConfigDrive },
  ];
  return [...(isStored ? [{ name: 'configuration', plan: planStored }] : sources), ...care];
}

async function planIdentityPart(system: System, flags: Flags): Promise<BootstrapPlan> {
  const newMachineId = randomBytes(16).toString('hex');
  return { steps: planIdentity(await observeIdentity(system), flags, newMachineId), notes: [] };
}

async function planSysctlPart({ files }: System, flags: Flags): Promise<BootstrapPlan> {
  const facts = { source: await files.read(sysctlSource), dropIn: await files.read(sysctlDropIn) };
  return { steps: [planSysctl(facts, flags)], notes: [] };
}
