import { expect, test } from 'vitest';
import type { DiskRecord } from '../../../../src/agent/disk/disk-records.ts';
import { planTelling, type TellingFacts, type ToldDisk } from '../../../../src/agent/host-port/plan-telling.ts';
import { mountedRecord } from './told-example.ts';

const record: DiskRecord = { ...mountedRecord('/srv/data'), filledBytes: 1000 };
const detached = { ...record, mountPoint: null, filledBytes: null, isDetached: true };
const refused = { ...record, mountPoint: null, filledBytes: null, refusal: 'blank' };
const beingMounted = { ...record, isBeingMounted: true };
const told: ToldDisk = {
  device: '/dev/sdb',
  serial: 'vol-1',
  path: '/srv/data',
  bytes: 1000,
  standing: 'attached',
  filledBytes: 1000,
  reason: null,
};
const facts: TellingFacts = {
  device: '/dev/sdb',
  told: undefined,
  wasDetached: false,
  now: record,
  failure: null,
  bytes: 1000,
  bearsOurStack: false,
  serialBeneath: null,
};
const inUse = { ...refused, refusal: 'in-use' };
const layered = (refusal: string) => ({ ...refused, refusal, key: 'dm-0@12', device: '/dev/dm-0' });

test.each<[what: string, facts: Partial<TellingFacts>, event: string, reason: string | null]>([
  ['a disk that was mounted', {}, 'attached', null],
  ['a disk that was mounted, and whose hook failed', { failure: 'hook.failed' }, 'attached', 'hook.failed'],
  ['a disk that is mounted elsewhere now', { told: { ...told, path: '/srv/old' } }, 'attached', null],
  ['a disk that is mounted again', { told: { ...told, standing: 'detached' } }, 'attached', null],
  ['a disk that was refused before', { told: { ...told, standing: 'refused', reason: 'blank' } }, 'attached', null],
  ['a file system that was grown', { told, now: { ...record, filledBytes: 2000 } }, 'grown', null],
  ['the first growth of a mounted disk', { told: { ...told, filledBytes: null } }, 'grown', null],
  ['a growth that failed', { told, failure: 'disk.not-grown' }, 'failed', 'disk.not-grown'],
  ['a mount that failed', { now: beingMounted, failure: 'disk.not-mounted' }, 'failed', 'disk.not-mounted'],
  ['a disk that cannot be looked at', { now: undefined, failure: 'mounts.unreadable' }, 'failed', 'mounts.unreadable'],
  ['a refusal', { now: refused }, 'refused', 'blank'],
  [
    'a refusal that was found by an act that failed',
    { now: refused, failure: 'disk.mounted-elsewhere' },
    'refused',
    'blank',
  ],
  [
    'a refusal for another reason',
    { told: { ...told, standing: 'refused', reason: 'in-use' }, now: refused },
    'refused',
    'blank',
  ],
  ['a disk that is part of a stack of others', { now: inUse }, 'refused', 'in-use'],
  [
    'a member that waited, and is detached with the stack',
    { told: { ...told, standing: 'refused', reason: 'md-missing' }, now: detached, bearsOurStack: true },
    'detached',
    null,
  ],
  ['a detach by command', { told, now: detached }, 'detached', null],
  ['a detach of a disk that was never mounted', { now: detached }, 'detached', null],
  ['a disk that was detached and is gone by the time', { told, now: undefined, wasDetached: true }, 'detached', null],
  ['a disk that was pulled', { told, now: undefined, bytes: null }, 'detached', 'disk.gone'],
])('the platform is told of %s', (_, more, event, reason) => {
  const planned = planTelling({ ...facts, ...more });
  expect(planned?.record).toMatchObject({ event, reason, device: '/dev/sdb' });
});

test('what is known of a refusal is its own reason, so that its replay tells nothing', () => {
  const first = planTelling({ ...facts, now: refused, failure: 'disk.mounted-elsewhere' });
  expect(first?.told).toMatchObject({ standing: 'refused', reason: 'blank' });
  expect(planTelling({ ...facts, told: first?.told, now: refused })).toBeUndefined();
});

test.each<[what: string, facts: Partial<TellingFacts>]>([
  ['a replay of a mounted disk', { told }],
  ['a replay of a refused disk', { told: { ...told, standing: 'refused', reason: 'blank' }, now: refused }],
  ['a replay of a detached disk', { told: { ...told, standing: 'detached' }, now: detached }],
  [
    'a replay that fails as before',
    { told: { ...told, standing: 'none', reason: 'disk.not-mounted' }, now: beingMounted, failure: 'disk.not-mounted' },
  ],
  ['a mount under way', { now: beingMounted }],
  ['a disk whose partitions are told of', { now: { ...refused, refusal: 'has-partitions' } }],
  ['the disk of the system', { now: { ...refused, refusal: 'system-disk' } }],
  ['a detached disk that is taken', { told: { ...told, standing: 'detached' }, now: undefined }],
  ['a refused disk that is taken', { told: { ...told, standing: 'refused', reason: 'blank' }, now: undefined }],
  ['a disk whose stack is told of', { now: inUse, bearsOurStack: true }],
  ['a disk that is detached with its stack', { now: detached, bearsOurStack: true }],
  ['a volume on the disk of the system', { now: layered('system-beneath') }],
  ['a volume of a layer that is off', { now: layered('layer-off') }],
  ['a volume that LVM keeps to itself', { now: layered('internal-volume') }],
  ['a disk that nothing is known of', { now: undefined }],
])('nothing is told of %s', (_, more) => {
  expect(planTelling({ ...facts, ...more })).toBeUndefined();
});

test('what was told is not told again', () => {
  for (const now of [record, detached, refused]) {
    const planned = planTelling({ ...facts, now });
    expect(planTelling({ ...facts, now, told: planned?.told })).toBeUndefined();
  }
  const failed = planTelling({ ...facts, told, failure: 'disk.not-grown' });
  expect(planTelling({ ...facts, told: failed?.told, failure: 'disk.not-grown' })).toBeUndefined();
  expect(failed?.told.standing).toBe('attached');
});

test('a pulled disk is told of by what was known of it', () => {
  const planned = planTelling({ ...facts, told, now: undefined, bytes: null });
  expect(planned?.record).toMatchObject({ serial: 'vol-1', path: '/srv/data', bytes: 1000 });
});

test('what is built on disks is told of by a serial of theirs', () => {
  const now = { ...record, key: 'dm-0@12', device: '/dev/dm-0', serial: null };
  expect(planTelling({ ...facts, now, serialBeneath: 'vol-2' })?.record).toMatchObject({
    event: 'attached',
    serial: 'vol-2',
  });
  const unlabelled = planTelling({
    ...facts,
    now: { ...now, mountPoint: null, refusal: 'blank' },
    serialBeneath: 'vol-2',
  });
  expect(unlabelled?.record).toMatchObject({ event: 'refused', reason: 'blank', serial: 'vol-2' });
});
