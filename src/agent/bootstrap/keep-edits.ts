import type { Action, Step } from './actions.ts';

// The agent's own copies of what a source gave it; nobody edits them.
const ownFolder = '/gandi/';

/** The same steps, but nothing that an admin may have edited since an earlier configuration is lost. */
export function keepingEdits(steps: readonly Step[]): Step[] {
  return steps.map((step) => ({ ...step, actions: step.actions.map(keeping) }));
}

function keeping(action: Action): Action {
  if (action.kind === 'change-network') return { ...action, keepOld: true };
  return action.kind === 'write-file' && !action.path.startsWith(ownFolder) ? { ...action, keepOld: true } : action;
}
