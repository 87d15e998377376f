import { type Decision, type DecisionTable, decideAlways } from '../../core/decision/decision-table.ts';

/** What is known of a new network configuration when its time is over, or its way out is there. */
export interface TrialStanding {
  /** Whether every file is still what the agent wrote. */
  readonly isUntouched: boolean;
  /** Whether there is something else to return to: at least one of the files was there before. */
  readonly hasOld: boolean;
  readonly hasWayOut: boolean;
  /** Which files are in place: the new ones, or the old ones that were put back. */
  readonly inPlace: 'new' | 'old';
}

export type TrialDecision = Decision<'keep' | 'return-to-old' | 'return-to-new'>;

/** The table "Once it is in place". */
export const trialTable: DecisionTable<TrialStanding, TrialDecision['outcome']> = {
  document: 'docs/decisions/network-change.md',
  rows: [
    {
      row: 10,
      code: 'changed-since',
      outcome: 'keep',
      applies: ({ isUntouched }) => !isUntouched && 'somebody changed the files since, and they are not ours any more',
    },
    {
      row: 11,
      code: 'way-out',
      outcome: 'keep',
      applies: ({ inPlace, hasWayOut }) => inPlace === 'new' && hasWayOut && 'the way out is there',
    },
    {
      row: 12,
      code: 'nothing-before',
      outcome: 'keep',
      applies: ({ inPlace, hasOld }) =>
        inPlace === 'new' && !hasOld && 'the way out is not there, and there was no configuration before to return to',
    },
    {
      row: 13,
      code: 'no-way-out',
      outcome: 'return-to-old',
      applies: ({ inPlace }) => inPlace === 'new' && 'the way out is not there',
    },
    {
      row: 14,
      code: 'old-way-out',
      outcome: 'keep',
      applies: ({ hasWayOut }) => hasWayOut && 'the old configuration has a way out',
    },
    {
      row: 15,
      code: 'no-old-way-out',
      outcome: 'return-to-new',
      applies: () => 'the old configuration has no way out either, so that of the platform holds',
    },
  ],
};

/** Whether a changed network configuration stays. */
export function decideTrial(standing: TrialStanding): TrialDecision {
  return decideAlways(trialTable, standing);
}
