import { describe, expect, test } from 'vitest';
import type { Action } from '../../../../src/agent/actions.ts';
import type { AssignmentFacts } from '../../../../src/agent/disk/assignment-facts.ts';
import type { DiskFacts } from '../../../../src/agent/disk/disk-facts.ts';
import { planDisk } from '../../../../src/agent/disk/plan.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { assignedTo } from './assignment-example.ts';
import { attached, device, diskFacts, mountAt, record } from './disk-example.ts';

const { flags } = parseFlags('');
const place = { path: '/var/lib/pg', state: 'missing' } as const;

/** Facts of a disk that is assigned to /var/lib/pg and just attached. */
function facts(assignments: AssignmentFacts = assignedTo('/var/lib/pg'), more: Partial<DiskFacts> = {}): DiskFacts {
  return diskFacts({ assignments, mountPoint: place, reservation: undefined, ...more });
}

function actionsOf(given: DiskFacts, flagText = ''): readonly Action[] {
  return planDisk(given, flagText === '' ? flags : parseFlags(flagText).flags).flatMap(({ actions }) => actions);
}

const kindsOf = (actions: readonly Action[]) => actions.map(({ kind }) => kind);
const readOnly = { attached: { ...attached, mustNotChange: true } };

test('it is mounted at its path, and takes no name from others', () => {
  const actions = actionsOf(facts());
  expect(actions).toContainEqual(expect.objectContaining({ kind: 'mount-disk', mountPoint: '/var/lib/pg' }));
  expect(actions.find(({ kind }) => kind === 'reserve-disk-name')).toMatchObject({ name: null });
  expect(actions.findLast(({ kind }) => kind === 'remember-disk')).toMatchObject({
    record: { assignment: 'pg', note: 'mounted at /var/lib/pg; as /etc/gandi/disks.d/pg.conf says' },
  });
});

test('its options take the place of the flag’s, and nosuid and nodev stay', () => {
  const actions = actionsOf(facts(assignedTo('/var/lib/pg', { options: 'noatime,commit=30' })));
  const options = ['noatime', 'commit=30', 'nosuid', 'nodev', 'errors=remount-ro'];
  expect(actions).toContainEqual(expect.objectContaining({ kind: 'mount-disk', options }));
});

test('its owner gets the top folder, whatever the flag says', () => {
  const owned = facts(assignedTo('/var/lib/pg', { owner: { uid: 105, gid: 110 } }));
  const wanted = expect.objectContaining({ kind: 'own-new-root', uid: 105, gid: 110, mode: 0o755 });
  expect(actionsOf(owned)).toContainEqual(wanted);
  expect(actionsOf(owned, 'CONFIG_NEW_DISK_OWNER="0:1001 0775"')).toContainEqual(wanted);
  expect(kindsOf(actionsOf({ ...owned, ...readOnly }))).not.toContain('own-new-root');
});

/** All but the look at an ext file system, which changes nothing. */
const isAct = ({ kind }: { readonly kind: string }) => kind !== 'require-not-elsewhere';

describe('READ_ONLY=yes', () => {
  const assigned = assignedTo('/var/lib/pg', { isReadOnly: true, owner: { uid: 1, gid: 1 } });

  test.each([
    ['ext4', ['errors=remount-ro', 'ro', 'noload']],
    ['xfs', ['ro', 'norecovery']],
    ['btrfs', ['ro', 'rescue=nologreplay']],
    ['vfat', ['umask=022', 'ro']],
  ])('%s: the kernel refuses writes before it is mounted, and nothing else is done to it', (fileSystem, own) => {
    const disk = { ...attached, fileSystem, mustNotChange: true };
    const all = 'CONFIG_FSCK=1\nCONFIG_GROW=1\nCONFIG_NEW_DISK_OWNER="0:1001 0775"';
    const actions = actionsOf(facts(assigned, { attached: disk }), all).filter(isAct);
    expect(kindsOf(actions)).toEqual(['remember-disk', 'set-read-only', 'mount-disk', 'remember-disk']);
    const options = ['nosuid', 'nodev', 'noatime', ...own];
    expect(actions[2]).toMatchObject({ mustNotChange: true, options });
    expect(actions[0]).toMatchObject({ record: { isSetReadOnly: true, isBeingMounted: true } });
  });

  test('it is not grown, and the flag of the kernel stays while it is mounted', () => {
    const known = { ...record, mountPoint: '/var/lib/pg', assignment: 'pg', isSetReadOnly: true, filledBytes: null };
    const grown = facts(assigned, { ...readOnly, records: [known], mounts: [mountAt('/var/lib/pg')] });
    expect(actionsOf(grown)).toEqual([]);
  });

  test('a blank one is not formatted, nor one of which a file with mistakes may say so', () => {
    const blank = { fileSystem: undefined, usage: undefined };
    const flag = 'CONFIG_FORMAT_BLANK=ext4';
    const plain = facts(assignedTo('/var/lib/pg'), { attached: { ...attached, ...blank } });
    expect(kindsOf(actionsOf(plain, flag))).toContain('format-blank');
    const protectedOne = facts(assigned, { attached: { ...attached, ...blank, mustNotChange: true } });
    expect(kindsOf(actionsOf(protectedOne, flag))).not.toContain('format-blank');
    const mistaken = [{ name: 'b', file: 'b', selectors: {}, mistakes: ['x'] }];
    expect(kindsOf(actionsOf({ ...plain, assignments: { ...plain.assignments, mistaken } }, flag))).not.toContain(
      'format-blank',
    );
  });

  test('once it may be written again, the kernel is told so before it is mounted', () => {
    const known = { ...record, isDetached: true, mountPoint: null, isSetReadOnly: true };
    const asked = facts(assignedTo('/var/lib/pg'), { occasion: 'asked', records: [known] });
    expect(actionsOf(asked)).toMatchObject([
      { kind: 'set-read-only', isReadOnly: false },
      { kind: 'remember-disk', record: { isSetReadOnly: false } },
    ]);
  });

  test('a disk that is left alone keeps the flag of the kernel, and its record says so', () => {
    const known = { ...record, isDetached: true, mountPoint: null, isSetReadOnly: true };
    const mistaken = [{ name: 'b', file: 'b', selectors: {}, mistakes: ['x'] }];
    const asked = facts({ ...assignedTo('/var/lib/pg'), mistaken }, { occasion: 'asked', records: [known] });
    expect(actionsOf(asked)).toMatchObject([{ kind: 'remember-disk', record: { isSetReadOnly: true } }]);
  });
});

describe('its hook', () => {
  const hooks = { 'post-disk-attach': '/etc/gandi/hooks/post-disk-attach' };
  const assignedHooks = new Map([['pg', '/etc/gandi/pg-hook']]);

  test('is told instead of the one for all disks, when it comes and when it goes', () => {
    const come = actionsOf(facts(undefined, { hooks, assignedHooks })).filter(({ kind }) => kind === 'run-hook');
    expect(come).toMatchObject([{ hook: 'post-disk-attach', path: '/etc/gandi/pg-hook' }]);
    const known = { ...record, mountPoint: '/var/lib/pg', assignment: 'pg' };
    const gone = facts(undefined, { attached: undefined, records: [known], mounts: [mountAt('/var/lib/pg')] });
    const went = actionsOf({ ...gone, hooks, assignedHooks }).filter(({ kind }) => kind === 'run-hook');
    expect(went).toMatchObject([{ hook: 'pre-disk-detach', path: '/etc/gandi/pg-hook' }]);
  });

  test('is not told of another disk', () => {
    const others = diskFacts({ hooks, assignedHooks });
    expect(actionsOf(others)).toContainEqual(
      expect.objectContaining({ kind: 'run-hook', path: '/etc/gandi/hooks/post-disk-attach' }),
    );
  });
});

test('a disk that the host gives read-only has no write on its Btrfs log either', () => {
  const disk = { ...attached, fileSystem: 'btrfs', device: { ...device, readOnly: true } };
  expect(actionsOf(diskFacts({ attached: disk }))).toContainEqual(
    expect.objectContaining({ kind: 'mount-disk', options: expect.arrayContaining(['ro', 'rescue=nologreplay']) }),
  );
});
