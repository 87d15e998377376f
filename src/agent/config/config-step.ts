import { createHash } from 'node:crypto';
import type { Action } from './actions.ts';
import type { FirstBootOwner } from '../facts/first-boot-owner.ts';
import type { FlagName, Flags } from '../flags/flag-table.ts';
import type { MachineConfig } from '../machine-config/machine-config.ts';
import type { System } from '../../core/system/system.ts';

/** What every step of `config` may need beside its own facts. */
export interface ConfigContext {
  readonly flags: Flags;
  /** Where it is cloud-init, only the admin's own steps are run. */
  readonly firstBoot: FirstBootOwner;
  /** Of the payload that was applied last; undefined if none ever was. */
  readonly config: MachineConfig | undefined;
}

/** What a step wants the machine to be, and what is still to do for it. */
export interface ConfigPlan {
  /**
   * Names the wish. Once it was carried out it is not planned again until it is another one: what an admin changes
   * afterwards is the admin's (L24).
   */
  readonly wanted: string;
  readonly actions: readonly Action[];
}

/** One line of the list in config-steps.ts. */
export interface ConfigStep<Facts = unknown> {
  readonly name: string;
  readonly flag: FlagName;
  observe(system: System, context: ConfigContext): Promise<Facts>;
  /** undefined where there is nothing to wish for: no such thing on this machine, or nobody said what it should be. */
  plan(facts: Facts, context: ConfigContext): ConfigPlan | undefined;
}

/** A step whose facts concern only itself. */
export function configStep<Facts>(step: ConfigStep<Facts>): ConfigStep {
  return step;
}

/** A wish that is too long to be written down. */
export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
