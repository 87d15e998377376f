import { expect, test } from 'vitest';
import { planProtection, planReleaseAbove, type ProtectionFacts } from '../../../../src/agent/disk/plan-protection.ts';
import { assignedTo, assignmentTo } from './assignment-example.ts';
import { diskFacts } from './disk-example.ts';

function actionsFor(changes: Partial<ProtectionFacts>) {
  const none: ProtectionFacts = { assigned: [], known: [], isAnyMistaken: false, mounted: new Set() };
  return planProtection({ ...none, ...changes }).flatMap(({ actions }) => actions);
}

const known = [{ path: '/data', isMade: true, isSet: true }];

test.each(['missing', 'empty', 'of-others'] as const)('a folder of an assignment that is %s is protected', (state) => {
  expect(actionsFor({ assigned: [{ path: '/data', state }] })).toEqual([{ kind: 'protect-folder', path: '/data' }]);
});

test.each(['not-empty', 'not-a-folder', 'mounted', 'not-looked-at'] as const)(
  'one that is %s is left as it is',
  (state) => {
    expect(actionsFor({ assigned: [{ path: '/data', state }] })).toEqual([]);
  },
);

test('one that is in the folder of another disk is left to that disk: it would have files in its way', () => {
  const assigned = [
    { path: '/data/in', state: 'missing' },
    { path: '/data', state: 'missing' },
    { path: '/database', state: 'missing' },
  ] as const;
  expect(actionsFor({ assigned }).flatMap((action) => ('path' in action ? action.path : []))).toEqual([
    '/data',
    '/database',
  ]);
});

test('one that is protected already is not touched again', () => {
  expect(actionsFor({ assigned: [{ path: '/data', state: 'empty' }], known })).toEqual([]);
});

test.each([
  ['whose flag may not have reached its disk as the power failed', 'empty', false],
  ['that went with the power, though its mark stayed', 'missing', true],
] as const)('one %s is protected again', (_, state, isSet) => {
  const marked = [{ path: '/data', isMade: true, isSet }];
  expect(actionsFor({ assigned: [{ path: '/data', state }], known: marked })).toEqual([
    { kind: 'protect-folder', path: '/data' },
  ]);
});

test('one that no assignment has any more is let go of, once nothing is mounted there', () => {
  expect(actionsFor({ known })).toEqual([{ kind: 'release-folder', path: '/data', isMade: true }]);
  expect(actionsFor({ known, mounted: new Set(['/data']) })).toEqual([]);
});

test('a file that cannot be read may be the one of the folder', () => {
  expect(actionsFor({ known, isAnyMistaken: true })).toEqual([]);
});

const inside = { path: '/data/in', state: 'missing', protectedAbove: known } as const;
const isAssigned = assignedTo('/data/in');

test('a folder above that of a disk is let go of before the mount, where none is assigned to it any more', () => {
  const facts = diskFacts({ mountPoint: inside, assignments: isAssigned });
  expect(planReleaseAbove(facts)).toEqual([{ kind: 'release-folder', path: '/data', isMade: true }]);
});

test.each([
  ['another disk is assigned to it', { assignments: { ...isAssigned, others: [assignmentTo('/data')] } }],
  ['a file with a mistake may be that of it', { assignments: { ...isAssigned, isAnyMistaken: true } }],
  [
    'something is mounted there',
    {
      mounts: [
        {
          id: 1,
          majorMinor: '8:16',
          mountPoint: '/data',
          root: '/',
          fileSystem: 'ext4',
          options: '',
          source: '/dev/sdb',
        },
      ],
    },
  ],
  ['the folder is there', { mountPoint: { path: '/data/in', state: 'empty' } as const }],
])('it is kept where %s', (_, changes) => {
  expect(planReleaseAbove(diskFacts({ mountPoint: inside, assignments: isAssigned, ...changes } as never))).toEqual([]);
});
