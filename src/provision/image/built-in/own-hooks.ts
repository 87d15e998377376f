import type { OwnHook } from '../phases/run-phase.ts';

export interface ChosenElement {
  readonly name: string;
  readonly folder: string;
}

/** A part of an element of ours that the builder does itself. */
export interface BuiltInHook {
  readonly element: string;
  readonly make: (elements: readonly ChosenElement[]) => OwnHook;
}

/** All parts of elements of ours that are not scripts. To add one: its file here, a line in this list. */
const builtInHooks: readonly BuiltInHook[] = [];

/** The parts for the elements of a build, except those of elements that the caller brings under the same name. */
export function ownHooks(elements: readonly ChosenElement[], builtIn: ReadonlySet<string>): OwnHook[] {
  return builtInHooks.filter(({ element }) => builtIn.has(element)).map(({ make }) => make(elements));
}
