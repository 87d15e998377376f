import { expect, test } from 'vitest';
import { planProtection, planRelease, type ProtectionFacts } from '../../../../src/agent/disk/plan-protection.ts';

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

test('what is let go of before a disk is looked at protects nothing', () => {
  const none: ProtectionFacts = { assigned: [], known, isAnyMistaken: false, mounted: new Set() };
  const assigned = [{ path: '/other', state: 'missing' }] as const;
  expect(planRelease({ ...none, assigned }).flatMap(({ actions }) => actions)).toEqual([
    { kind: 'release-folder', path: '/data', isMade: true },
  ]);
});

test('one in a folder that stays protected is left: nothing can be made there', () => {
  const assigned = [{ path: '/data/in', state: 'missing' }] as const;
  expect(actionsFor({ assigned, known, isAnyMistaken: true })).toEqual([]);
  expect(actionsFor({ assigned, known, isAnyMistaken: true, mounted: new Set(['/data']) })).toEqual([
    { kind: 'protect-folder', path: '/data/in' },
  ]);
});
