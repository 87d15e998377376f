import { describe, expect, test } from 'vitest';
import type { DiskFacts } from '../../../../src/agent/disk/disk-facts.ts';
import { planDisk } from '../../../../src/agent/disk/plan.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { attached, diskFacts, elsewhere, record } from './disk-example.ts';

function kindsOf(changes: Partial<DiskFacts> = {}, flagText = ''): string[] {
  const steps = planDisk(diskFacts(changes), parseFlags(flagText).flags);
  return steps.flatMap(({ actions }) => actions.map(({ kind }) => kind));
}

const rightBefore = (kinds: readonly string[], act: string) => kinds[kinds.indexOf(act) - 1];

describe('a disk of which nothing is known', () => {
  test('is mounted for writing without a look: the kernel looks itself', () => {
    expect(kindsOf()).not.toContain('require-not-elsewhere');
  });

  test('is looked at right before it is mounted read-only, as the kernel then replays its journal without a look', () => {
    expect(rightBefore(kindsOf({}, 'CONFIG_MOUNT_PARAMS=ro'), 'mount-disk')).toBe('require-not-elsewhere');
    expect(rightBefore(kindsOf({ attached: { ...attached, mustNotChange: true } }), 'mount-disk')).toBe(
      'require-not-elsewhere',
    );
  });

  test('is looked at right before it is checked', () => {
    expect(rightBefore(kindsOf({}, 'CONFIG_FSCK=1'), 'check-file-system')).toBe('require-not-elsewhere');
  });

  test('is looked at before it is offered to autofs', () => {
    const kinds = kindsOf({ automount: 'ours' });
    expect(kinds.indexOf('require-not-elsewhere')).toBeLessThan(kinds.indexOf('write-file'));
    expect(kinds).toContain('require-not-elsewhere');
  });

  test.each(['xfs', 'btrfs', 'vfat'])('is not looked at with %s, which has no such block', (fileSystem) => {
    const kinds = kindsOf({ attached: { ...attached, fileSystem } }, 'CONFIG_MOUNT_PARAMS=ro');
    expect(kinds).not.toContain('require-not-elsewhere');
    expect(kinds).toContain('mount-disk');
  });
});

describe('a disk that another machine had', () => {
  const note = 'left alone: another machine has it mounted ("web-1", as sdb), as its MMP block says';
  const known = { ...record, mountPoint: null, refusal: 'mounted-elsewhere', mountedElsewhere: elsewhere, note };
  const had = (isFresh: boolean) => ({ records: [known], mountedElsewhere: { mount: elsewhere, isFresh } });

  test.each(['asked', 'attached'] as const)('is looked at again, and nothing else, when it is %s', (occasion) => {
    expect(kindsOf({ ...had(false), occasion })).toEqual(['look-elsewhere']);
  });

  test('stays as it is once that was looked at', () => {
    expect(kindsOf({ ...had(true), occasion: 'asked' })).toEqual([]);
  });

  test('stays as it is with a change', () => {
    expect(kindsOf({ ...had(false), occasion: 'changed' })).toEqual([]);
  });

  test('is mounted once the other machine has let go of it', () => {
    expect(kindsOf({ records: [known], occasion: 'asked' })).toContain('mount-disk');
  });
});
