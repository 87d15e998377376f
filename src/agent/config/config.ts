import type { Step } from '../action/action.ts';
import { describeError } from '../../core/error/agent-error.ts';
import { applySteps, type StepOutcome } from '../action/apply-steps.ts';
import { converge } from '../action/converge.ts';
import { observeFirstBootOwner } from '../facts/first-boot-owner.ts';
import { observePlugins } from './plugins.ts';
import { readFlags } from '../flags/read-flags.ts';
import type { Flags } from '../flags/flag-table.ts';
import { parseGandiConfig } from '../machine-config/gandi-schema.ts';
import type { MachineConfig } from '../machine-config/machine-config.ts';
import { readConfigRecord } from './config-record.ts';
import type { System } from '../../core/system/system.ts';
import type { ConfigContext, ConfigStep } from './config-step.ts';
import { configSteps } from './config-steps.ts';
import { planPlugins } from './plan-plugins.ts';

/**
 * What the flags allow on every machine: consoles, time, cron, sshd and their kin, then the admin's own steps. Each
 * is done once for what it wants, and one that fails, even at looking, does not keep the others from being done.
 */
export async function config(system: System): Promise<StepOutcome[]> {
  const context = await observeContext(system, await readFlags(system));
  const outcomes: StepOutcome[] = [];
  for (const step of configSteps) outcomes.push(...(await runStep(step, system, context)));
  outcomes.push(...(await applySteps(await planPluginsOf(system, context.flags), system)));
  return outcomes;
}

/** What `config` would do now; changes nothing. A step that cannot even be planned is a note. */
export async function planConfig(system: System, flags: Flags): Promise<{ steps: Step[]; notes: string[] }> {
  const context = await observeContext(system, flags);
  const notes: string[] = [];
  const steps: Step[] = [];
  for (const step of configSteps) {
    const planned = await planStep(step, system, context).catch((error: unknown) => error);
    if (Array.isArray(planned)) steps.push(...planned);
    else notes.push(`${step.name}: ${describeError(planned)}`);
  }
  return { steps: [...steps, ...(await planPluginsOf(system, flags))], notes };
}

async function runStep(step: ConfigStep, system: System, context: ConfigContext): Promise<StepOutcome[]> {
  try {
    return await converge(() => planStep(step, system, context), system);
  } catch (failure) {
    system.journal.error(`${step.name}: ${describeError(failure)}`);
    return [{ step: step.name, changed: [], failure, skipped: false }];
  }
}

async function planStep({ name, flag, plan }: ConfigStep, system: System, context: ConfigContext): Promise<Step[]> {
  if (context.firstBoot !== 'gandi-agent' || context.flags[flag] !== true) return [];
  const planned = await plan(system, context);
  if (planned === undefined) return [];
  const { wanted, actions } = planned;
  if ((await readConfigRecord(system))[name] === wanted) return [];
  return [{ name, actions: [...actions, { kind: 'remember-config-step', step: name, wanted }] }];
}

async function planPluginsOf(system: System, flags: Flags): Promise<Step[]> {
  const { steps, notes } = planPlugins(await observePlugins(system, flags), flags);
  for (const note of notes) system.journal.warn(note);
  return steps;
}

async function observeContext(system: System, flags: Flags): Promise<ConfigContext> {
  const firstBoot = await observeFirstBootOwner(system, flags);
  return { flags, firstBoot, config: await readConfig(system) };
}

/** Bootstrap has reported a configuration that is wrong; what does not depend on it is done all the same. */
async function readConfig(system: System): Promise<MachineConfig | undefined> {
  const text = await system.files.read('/gandi/config');
  try {
    return text === undefined ? undefined : parseGandiConfig(text, '/gandi/config').config;
  } catch (error) {
    system.journal.warn(`going on without it: ${describeError(error)}`);
    return undefined;
  }
}
