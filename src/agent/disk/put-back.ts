import type { StepOutcome } from '../action/apply-steps.ts';
import type { Step } from './actions.ts';
import type { DiskRecord } from './disk-records.ts';
import type { DetachTarget } from './observe-detach.ts';

/**
 * What is mounted again after a detach of which a step failed. One that another run of the agent detached in the meantime stays
 * so: that run was asked for by somebody too.
 * @param steps of the detach, and what came of each
 * @param records as they are now
 */
export function targetsToPutBack(
  targets: readonly DetachTarget[],
  steps: readonly Step[],
  outcomes: readonly StepOutcome[],
  records: readonly DiskRecord[],
): DetachTarget[] {
  return targets.filter(({ record: { key } }) => {
    const own = steps.findIndex(({ actions }) => actions.some((each) => isAbout(each, key)));
    const isDetached = records.some((record) => record.key === key && record.isDetached);
    return !isDetached || outcomes[own]?.failure === null;
  });
}

function isAbout(action: Step['actions'][number], key: string): boolean {
  return action.kind === 'remember-disk' && action.record.key === key;
}
