import { expect, test } from 'vitest';
import type { AttachedDisk, DiskFacts } from '../../../../src/agent/disk/disk-facts.ts';
import { planDisk } from '../../../../src/agent/disk/plan.ts';
import { refusal } from '../../../../src/agent/disk/refusals.ts';
import { isSnapshot } from '../../../../src/agent/disk/snapshots.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { assignedTo } from './assignment-example.ts';
import { attached, diskFacts, mountAt, record, reservation } from './disk-example.ts';

const on = parseFlags('CONFIG_SNAPSHOTS=1').flags;
const off = parseFlags('').flags;
const original = { ...record, key: 'sdc@3', device: '/dev/sdc', majorMinor: '8:32', mountPoint: '/srv/data' };
const mountedOriginal = { records: [original], mounts: [mountAt('/srv/data', '8:32', '/dev/sdc')] };

/** Facts of a copy that is attached while its original is mounted. */
function copyFacts(changes: Partial<AttachedDisk> = {}, more: Partial<DiskFacts> = {}): DiskFacts {
  const disk = { ...attached, serial: 'copy', mustNotChange: true, ...changes };
  const place = { path: '/srv/copy', state: 'missing' } as const;
  return diskFacts({ attached: disk, isSnapshot: true, mountPoint: place, ...mountedOriginal, ...more });
}

function codeOf(facts: DiskFacts): string | undefined {
  return facts.attached === undefined ? undefined : refusal(facts.attached, facts, on)?.code;
}

test('a copy is told by the serial that was seen first with the UUID, where the flag is on', () => {
  expect(isSnapshot({ serial: 'copy' }, reservation, on)).toBe(true);
  expect(isSnapshot({ serial: undefined }, reservation, on)).toBe(true);
  expect(isSnapshot({ serial: 'disk-42' }, reservation, on)).toBe(false);
  expect(isSnapshot({ serial: 'copy' }, undefined, on)).toBe(false);
  expect(isSnapshot({ serial: 'copy' }, { ...reservation, serial: null }, on)).toBe(false);
  expect(isSnapshot({ serial: 'copy' }, reservation, off)).toBe(false);
});

test.each([
  ['ext4', ['ro', 'noload']],
  ['xfs', ['ro', 'norecovery', 'nouuid']],
])('%s: it is mounted beside its original, and the kernel refuses writes to it', (fileSystem, own) => {
  const facts = copyFacts({ fileSystem });
  expect(codeOf(facts)).toBeUndefined();
  const actions = planDisk(facts, on)
    .flatMap((step) => step.actions)
    .filter(({ kind }) => kind !== 'require-not-elsewhere');
  expect(actions.map(({ kind }) => kind)).toEqual(['remember-disk', 'set-read-only', 'mount-disk', 'remember-disk']);
  expect(actions[2]).toMatchObject({ mountPoint: '/srv/copy', options: expect.arrayContaining(own) });
  expect(actions[3]).toMatchObject({
    record: { isSnapshot: true, note: expect.stringMatching(/: a copy, and read-only$/) },
  });
});

test('row 33, snapshot-type: a Btrfs, F2FS or NTFS has no way to be mounted beside its original, nor without it', () => {
  for (const fileSystem of ['btrfs', 'f2fs', 'ntfs']) {
    expect(codeOf(copyFacts({ fileSystem }))).toBe('snapshot-type');
    expect(codeOf(copyFacts({ fileSystem }, { records: [], mounts: [] }))).toBe('snapshot-type');
  }
});

test('the original is mounted as ever, though a copy of it was faster in a boot', () => {
  const copy = { ...original, isSnapshot: true, mountPoint: '/srv/copy' };
  const mounts = [mountAt('/srv/copy', '8:32', '/dev/sdc')];
  expect(codeOf(diskFacts({ records: [copy], mounts }))).toBeUndefined();
  expect(codeOf(diskFacts({ records: [{ ...copy, isSnapshot: false }], mounts }))).toBe('same-uuid');
});

test('an original that is mounted where an assignment says is known by its serial, so that its copy is one after a boot too', () => {
  const place = { path: '/var/lib/pg', state: 'missing' } as const;
  const facts = diskFacts({ assignments: assignedTo('/var/lib/pg'), mountPoint: place, reservation: undefined });
  const kept = planDisk(facts, on)
    .flatMap(({ actions }) => actions)
    .find(({ kind }) => kind === 'reserve-disk-name');
  expect(kept).toMatchObject({ name: null, serial: attached.serial, uuid: attached.uuid });
  const copy = diskFacts({ ...facts, attached: { ...attached, mustNotChange: true } });
  expect(planDisk(copy, on).flatMap(({ actions }) => actions.map(({ kind }) => kind))).not.toContain(
    'reserve-disk-name',
  );
  const unknown = diskFacts({ ...facts, attached: { ...attached, serial: undefined } });
  expect(planDisk(unknown, on).flatMap(({ actions }) => actions.map(({ kind }) => kind))).not.toContain(
    'reserve-disk-name',
  );
  const nameless = { ...reservation, name: null };
  expect(isSnapshot({ serial: 'copy' }, nameless, on)).toBe(true);
  expect(planDisk({ ...facts, reservation: nameless }, on).flatMap(({ actions }) => actions)).not.toContainEqual(
    expect.objectContaining({ kind: 'reserve-disk-name' }),
  );
});

test('it gets a name once it is mounted below the disk root, and an assignment does not take the name away', () => {
  const namesOf = (facts: DiskFacts) =>
    planDisk(facts, on).flatMap(({ actions }) =>
      actions.flatMap((each) => (each.kind === 'reserve-disk-name' ? each.name : [])),
    );
  expect(namesOf(diskFacts({ reservation: { ...reservation, name: null } }))).toEqual(['data']);
  const place = { path: '/var/lib/pg', state: 'missing' } as const;
  expect(namesOf(diskFacts({ assignments: assignedTo('/var/lib/pg'), mountPoint: place, reservation }))).toEqual([]);
});
