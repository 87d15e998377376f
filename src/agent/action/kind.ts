import type { AgentError } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';

/** What every action has: the name of its kind. All else is its kind's own, as data that can be printed. */
export interface ActionShape {
  readonly kind: string;
}

/** One kind of change that the agent makes to a machine: its name, its words, and the handler that makes it. */
export interface ActionKind<A extends ActionShape> {
  readonly kind: A['kind'];
  /** One line for a person: what the action does to what. Secrets stay masked. */
  readonly describe: (action: A) => string;
  /** Whether it only writes down what the agent did: of no interest to a person, and logged as `debug`. */
  readonly isBookkeeping?: (action: A) => boolean;
  /** Whether it is about the running machine only: on a tree that is not running it is neither announced nor done. */
  readonly isLiveOnly?: (action: A) => boolean;
  /** The device that is changed, as programs name it: `/dev/sdb`, `eth0`. */
  readonly deviceOf?: (action: A) => string | undefined;
  /** Makes the change. Paths are the machine's own, whatever root folder the agent works on. @throws AgentError */
  readonly apply: (action: A, system: System) => Promise<void>;
  /**
   * Asks the program that reads what was written whether it uses it, once all steps of a round were applied: looks at facts,
   * and has a pure function judge them. Changes nothing.
   * @returns why it is not used, with the way out; undefined where it is
   */
  readonly verify?: (action: A, system: System) => Promise<AgentError | undefined>;
}

/** The kinds of a domain's actions by name, whatever they are: which action goes with which is not known any more. */
export type Kinds = Readonly<Record<string, ActionKind<ActionShape>>>;

/** The union of all actions that a table has a kind for; an action whose kind is missing in it does not compile. */
export type ActionOf<Table> = {
  [Name in keyof Table]: Table[Name] extends ActionKind<infer A extends ActionShape> ? A : never;
}[keyof Table];

/** One line for a person: what the action does to what. */
export function describeAction<Table>(action: ActionOf<Table>, kinds: Table): string {
  return kindOf(action, kinds).describe(action);
}

/** The device that is changed; undefined where the action changes none. */
export function deviceOf<Table>(action: ActionOf<Table>, kinds: Table): string | undefined {
  return kindOf(action, kinds).deviceOf?.(action);
}

/** Whether it only writes down what the agent did. */
export function isBookkeeping<Table>(action: ActionOf<Table>, kinds: Table): boolean {
  return kindOf(action, kinds).isBookkeeping?.(action) ?? false;
}

/** Whether it is about the running machine only. */
export function isLiveOnly<Table>(action: ActionOf<Table>, kinds: Table): boolean {
  return kindOf(action, kinds).isLiveOnly?.(action) ?? false;
}

/** Carries out one action. @throws AgentError what could not be done */
export function applyAction<Table>(action: ActionOf<Table>, kinds: Table, system: System): Promise<void> {
  return kindOf(action, kinds).apply(action, system);
}

/** Why what the action wrote is not used by the one who reads it; undefined where it is, and for a kind that nobody is asked about. */
export async function verifyAction<Table>(
  action: ActionOf<Table>,
  kinds: Table,
  system: System,
): Promise<AgentError | undefined> {
  return kindOf(action, kinds).verify?.(action, system);
}

function kindOf(action: ActionShape, kinds: unknown): ActionKind<ActionShape> {
  const found = (kinds as Kinds)[action.kind];
  if (found === undefined) throw new Error(`no kind of action is called ${action.kind}`);
  return found;
}
