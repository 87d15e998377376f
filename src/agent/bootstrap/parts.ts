import { isRunningMachine, type System } from '../../core/system/system.ts';
import { type Loop, loop } from '../action/loop.ts';
import { care, careBeforeLogin, type Part } from '../config/care.ts';
import { sshdLoop } from '../config/config.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { PendingPayload } from '../../core/payload/pending-payload.ts';
import { kinds } from './actions.ts';
import { observeDrive } from './observe-drive.ts';
import { observeAsked } from './observe-asked.ts';
import { planAsked } from './plan-asked.ts';
import { planDrive } from './plan-drive.ts';
import { planPending, readPending } from './pending-payload.ts';
import { observeStored, planStored } from './stored-configuration.ts';
import { observeSwapPart, planSwapPart } from './swap-disk.ts';

export interface BootstrapOptions {
  /** A payload that came with the image, which nobody applied yet. */
  readonly pending?: PendingPayload | undefined;
  /** Apply the configuration that the machine keeps once more, instead of looking for a new one. */
  readonly again: boolean;
  /** Only what a login waits for, and what sshd is to start with; `config` does the rest. */
  readonly beforeLogin?: boolean;
}

/** sshd starts right after: its settings are written by then. */
const beforeSshd: readonly Part[] = [...careBeforeLogin, { name: 'sshd', loop: sshdLoop }];

/** In order. The owner's access comes first: whatever the rest does, it is there. */
export function bootstrapParts(
  system: System,
  { again, pending, beforeLogin = false }: BootstrapOptions,
): readonly Part[] {
  const isStored = again || !isRunningMachine(system);
  const stored: Part = { name: 'configuration', loop: (machine, flags) => storedLoop(machine, flags, again) };
  const placed: Part = { name: 'configuration', loop: (machine, flags) => pendingLoop(machine, flags, pending) };
  const sources: readonly Part[] = [
    { name: 'configuration', loop: swapDiskLoop },
    { name: 'drive', loop: driveLoop },
  ];
  const askedFor: Part = { name: 'asked configuration', loop: askedLoop };
  const others = beforeLogin ? beforeSshd : care;
  if (isStored) return [stored, ...others];
  // A payload that comes with this boot is newer than what was asked for in an earlier one.
  return [...(pending === undefined ? [] : [placed]), askedFor, ...sources, ...others];
}

function swapDiskLoop(system: System, flags: Flags): Loop {
  return loop({
    observe: () => observeSwapPart(system, flags),
    plan: (facts) => planSwapPart(facts, flags),
    kinds,
  });
}

function askedLoop(system: System, flags: Flags): Loop {
  return loop({ observe: () => observeAsked(system, flags), plan: (facts) => planAsked(facts, flags), kinds });
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
