import { type Action, kinds, type Step } from './actions.ts';
import { describeError } from '../../core/error/agent-error.ts';
import { applySteps, type StepOutcome } from '../action/apply-steps.ts';
import { describeLoop, type Loop, loop } from '../action/loop.ts';
import type { Plan } from '../action/plan.ts';
import { observeFirstBootOwner } from '../facts/first-boot-owner.ts';
import { observePlugins, type PluginFacts } from './plugins.ts';
import { readFlags } from '../flags/read-flags.ts';
import type { Flags } from '../flags/flag-table.ts';
import { readStoredConfig } from '../sources/stored-config.ts';
import type { MachineConfig } from '../machine-config/machine-config.ts';
import { careAfterLogin, type Part } from './care.ts';
import { carryOut } from './carry-out.ts';
import { readConfigRecord } from './config-record.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import type { ConfigContext, ConfigStep } from './config-step.ts';
import { configSteps, sshdStep } from './config-steps.ts';
import { planPlugins } from './plan-plugins.ts';

/**
 * What nobody who logs in waits for: the care of a first boot that was left, then what the flags allow on every machine (consoles,
 * time, cron, sshd and their kin), then the admin's own steps. One that fails, even at looking, does not keep the others from
 * being done.
 */
export async function config(system: System): Promise<StepOutcome[]> {
  const flags = await readFlags(system);
  const context = await observeContext(system, flags);
  const steps = configSteps.map((step) => ({ name: step.name, loop: () => stepLoop(step, system, context) }));
  const outcomes: StepOutcome[] = [];
  for (const part of [...careOf(context, system), ...steps]) outcomes.push(...(await carryOut(part, system, flags)));
  const plugins = planPlugins(await observePlugins(system, context.flags), context.flags);
  for (const note of plugins.notes) system.journal.warn(note);
  return [...outcomes, ...(await applySteps(plugins.steps, kinds, system))];
}

/** The settings of sshd, which `bootstrap` has written before sshd starts. It is the same step: done once for what it wants. */
export function sshdLoop(system: System, flags: Flags): Loop {
  return loop({
    observe: async () => {
      const context = await observeContext(system, flags);
      return { context, seen: await observeStep(sshdStep, system, context) };
    },
    plan: ({ context, seen }) => ({ steps: planStep(sshdStep, context, seen) }),
    kinds,
  });
}

/** What `config` would do now of the care that a first boot leaves to it; changes nothing. A part that cannot be looked at is a note. */
export async function previewCare(
  system: System,
  flags: Flags,
): Promise<{ readonly changes: readonly string[]; readonly notes: readonly string[] }> {
  const [changes, notes]: [string[], string[]] = [[], []];
  for (const part of careOf(await observeContext(system, flags), system)) {
    try {
      changes.push(...(await describeLoop(part.loop(system, flags), system)));
    } catch (failure) {
      notes.push(`${part.name}: ${describeError(failure)}`);
    }
  }
  return { changes, notes };
}

/** On a tree `bootstrap` does it: an image whose consoles and time are configured must not get host keys by that. */
function careOf({ firstBoot }: ConfigContext, system: System): readonly Part[] {
  return isRunningMachine(system) && firstBoot === 'gandi-agent' ? careAfterLogin : [];
}

/** What all steps see before anything is done. */
export interface ConfigFacts {
  readonly context: ConfigContext;
  /** A step that cannot even be looked at says why. */
  readonly steps: readonly {
    readonly step: ConfigStep;
    readonly seen?: Seen | undefined;
    readonly failure?: unknown;
  }[];
  readonly plugins: PluginFacts;
}

export async function observeConfig(system: System, flags: Flags): Promise<ConfigFacts> {
  const context = await observeContext(system, flags);
  const look = async (step: ConfigStep) => {
    try {
      return { step, seen: await observeStep(step, system, context) };
    } catch (failure) {
      return { step, failure };
    }
  };
  const steps: ConfigFacts['steps'][number][] = [];
  for (const step of configSteps) steps.push(await look(step));
  return { context, steps, plugins: await observePlugins(system, flags) };
}

/** What `config` would do now. A step that cannot even be planned is a note. */
export function planConfig({ context, steps, plugins }: ConfigFacts): Plan<Action> {
  const planned = steps.map(({ step, seen, failure }) => {
    try {
      if (failure !== undefined) throw failure;
      return { steps: planStep(step, context, seen), notes: [] };
    } catch (error) {
      return { steps: [], notes: [`${step.name}: ${describeError(error)}`] };
    }
  });
  const all = [...planned, planPlugins(plugins, context.flags)];
  return { steps: all.flatMap((each) => each.steps), notes: all.flatMap((each) => each.notes) };
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
