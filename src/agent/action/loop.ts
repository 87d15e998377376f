import { isRunningMachine, type System } from '../../core/system/system.ts';
import { type ActionOf, type ActionShape, describeAction, isBookkeeping, isLiveOnly, type Kinds } from './kind.ts';
import type { Plan } from './plan.ts';
import type { Step } from './step.ts';

/** The one loop of the agent: look at the machine, decide what is left to do, do it, and look again. */
export interface Loop {
  /** Looks at the machine and changes nothing. @throws AgentError for what keeps anything from being decided */
  observe(): Promise<unknown>;
  /** Decides by these facts only; no steps once the machine is what it should be. */
  plan(facts: unknown): Plan<ActionShape>;
  readonly kinds: Kinds;
}

/** Puts a loop together: the planner takes what the observer sees, and every action that it returns has a handler. */
export function loop<Table, Facts>(parts: {
  observe(): Promise<Facts>;
  plan(facts: Facts): Plan<ActionOf<Table>>;
  readonly kinds: Table;
}): Loop {
  // Which facts and which actions these are concerns only the three of them, as the compiler has just seen.
  return parts as unknown as Loop;
}

/** What the loop would do now; changes nothing. */
export async function planOnce(parts: Loop): Promise<Plan<ActionShape>> {
  return parts.plan(await parts.observe());
}

/** What the loop would do now to this machine, as `<step>: <action>`. */
export async function describeLoop(parts: Loop, system: Pick<System, 'root'>): Promise<string[]> {
  return describeSteps((await planOnce(parts)).steps, parts.kinds, system);
}

/** One line per action that a person wants to know of, as `<step>: <action>`. */
export function describeSteps<Table>(
  steps: readonly Step<ActionOf<Table>>[],
  kinds: Table,
  system: Pick<System, 'root'>,
): string[] {
  const isTold = (action: ActionOf<Table>) =>
    !isBookkeeping(action, kinds) && (isRunningMachine(system) || !isLiveOnly(action, kinds));
  return steps.flatMap(({ name, actions }) =>
    actions.filter(isTold).map((action) => `${name}: ${describeAction(action, kinds)}`),
  );
}
