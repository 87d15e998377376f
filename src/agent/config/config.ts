import { kinds, type Step } from './actions.ts';
import { describeError } from '../../core/error/agent-error.ts';
import { applySteps, type StepOutcome } from '../action/apply-steps.ts';
import { converge } from '../action/converge.ts';
import { type Loop, loop } from '../action/loop.ts';
import { observeFirstBootOwner } from '../facts/first-boot-owner.ts';
import { observePlugins } from './plugins.ts';
import { readFlags } from '../flags/read-flags.ts';
import type { Flags } from '../flags/flag-table.ts';
import { readStoredConfig } from '../sources/stored-config.ts';
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
  outcomes.push(...(await applySteps(await planPluginsOf(system, context.flags), kinds, system)));
  return outcomes;
}

/** What `config` would do now; changes nothing. A step that cannot even be planned is a note. */
export async function planConfig(system: System, flags: Flags): Promise<{ steps: Step[]; notes: string[] }> {
  const context = await observeContext(system, flags);
  const notes: string[] = [];
  const steps: Step[] = [];
  for (const step of configSteps) {
    try {
      steps.push(...planStep(step, context, await observeStep(step, system, context)));
    } catch (error) {
      notes.push(`${step.name}: ${describeError(error)}`);
    }
  }
  return { steps: [...steps, ...(await planPluginsOf(system, flags))], notes };
}

async function runStep(step: ConfigStep, system: System, context: ConfigContext): Promise<StepOutcome[]> {
  try {
    return await converge(stepLoop(step, system, context), system);
  } catch (failure) {
    system.journal.error(`${step.name}: ${describeError(failure)}`);
    return [{ step: step.name, changed: [], failure, skipped: false }];
  }
}

function stepLoop(step: ConfigStep, system: System, context: ConfigContext): Loop {
  return loop({
    observe: () => observeStep(step, system, context),
    plan: (seen) => ({ steps: planStep(step, context, seen) }),
    kinds,
  });
}

/** What a step sees, and what it wanted when it was done last. */
interface Seen {
  readonly facts: unknown;
  readonly done: string | undefined;
}

/** @returns undefined where the step is switched off, or the first boot is cloud-init's */
async function observeStep(step: ConfigStep, system: System, context: ConfigContext): Promise<Seen | undefined> {
  if (context.firstBoot !== 'gandi-agent' || context.flags[step.flag] !== true) return undefined;
  return { facts: await step.observe(system, context), done: (await readConfigRecord(system))[step.name] };
}

function planStep(step: ConfigStep, context: ConfigContext, seen: Seen | undefined): Step[] {
  const { name } = step;
  const planned = seen === undefined ? undefined : step.plan(seen.facts, context);
  if (planned === undefined || planned.wanted === seen?.done) return [];
  const { wanted, actions } = planned;
  return [{ name, actions: [...actions, { kind: 'remember-config-step', step: name, wanted }] }];
}

async function planPluginsOf(system: System, flags: Flags): Promise<Step[]> {
  const { steps, notes } = planPlugins(await observePlugins(system, flags), flags);
  for (const note of notes) system.journal.warn(note);
  return steps;
}

async function observeContext(system: System, flags: Flags): Promise<ConfigContext> {
  const firstBoot = await observeFirstBootOwner(system, flags);
  return { flags, firstBoot, config: await readConfig(system, flags) };
}

/** Bootstrap has told what is wrong with it; what does not depend on it is done all the same. */
async function readConfig(system: System, flags: Flags): Promise<MachineConfig | undefined> {
  try {
    return (await readStoredConfig(system, flags))?.config;
  } catch (error) {
    system.journal.warn(`going on without it: ${describeError(error)}`);
    return undefined;
  }
}
