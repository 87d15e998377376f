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

export interface TrialDecision {
  /** Row of docs/decisions/network-change.md. */
  readonly row: number;
  readonly verdict: 'keep' | 'return-to-old' | 'return-to-new';
  readonly because: string;
}

interface Row extends TrialDecision {
  readonly applies: (standing: TrialStanding) => boolean;
}

/** The first row that applies decides; docs/decisions/network-change.md has the same rows. */
export const trialRows: readonly Row[] = [
  {
    row: 10,
    verdict: 'keep',
    because: 'somebody changed the files since, and they are not ours any more',
    applies: ({ isUntouched }) => !isUntouched,
  },
  {
    row: 11,
    verdict: 'keep',
    because: 'the way out is there',
    applies: ({ inPlace, hasWayOut }) => inPlace === 'new' && hasWayOut,
  },
  {
    row: 12,
    verdict: 'keep',
    because: 'the way out is not there, and there was no configuration before to return to',
    applies: ({ inPlace, hasOld }) => inPlace === 'new' && !hasOld,
  },
  {
    row: 13,
    verdict: 'return-to-old',
    because: 'the way out is not there',
    applies: ({ inPlace }) => inPlace === 'new',
  },
  {
    row: 14,
    verdict: 'keep',
    because: 'the old configuration has a way out',
    applies: ({ hasWayOut }) => hasWayOut,
  },
  {
    row: 15,
    verdict: 'return-to-new',
    because: 'the old configuration has no way out either, so that of the platform holds',
    applies: () => true,
  },
];

export function decideTrial(standing: TrialStanding): TrialDecision {
  const found = trialRows.find((row) => row.applies(standing));
  if (found === undefined) throw new Error('the last row applies always');
  const { row, verdict, because } = found;
  return { row, verdict, because };
}
