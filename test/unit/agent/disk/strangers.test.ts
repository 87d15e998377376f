import { describe, expect, test } from 'vitest';
import type { Action } from '../../../../src/agent/actions.ts';
import type { AttachedDisk, DiskFacts } from '../../../../src/agent/disk/disk-facts.ts';
import { readDiskNames, writeDiskName } from '../../../../src/agent/disk/disk-names.ts';
import { readDiskRecords, writeDiskRecord } from '../../../../src/agent/disk/disk-records.ts';
import { observeDisk } from '../../../../src/agent/disk/observe-disk.ts';
import { planDisk } from '../../../../src/agent/disk/plan.ts';
import { readStoppedUnits } from '../../../../src/agent/disk/stopped-units.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { fakeMachine } from '../facts/fake-machine.ts';
import { machineTree } from '../../core/system/machine-tree.ts';
import { attached, diskFacts, mountAt, record, reservation } from './disk-example.ts';

const { flags } = parseFlags('');
const otherUuid = '99999999-2222-3333-4444-555555555555';

/** Units that were stopped when the disk of `record` went. */
const stopped = {
  path: '/run/gandi/stopped-units/sdb@5.json',
  uuid: record.uuid,
  serial: record.serial,
  mountPoint: '/srv/data',
  units: ['db.service'],
};

/** Disks that come while the one of `record` is away, and what of them any disk can choose. */
const strangers: readonly [what: string, disk: AttachedDisk][] = [
  ['its label', { ...attached, uuid: otherUuid, serial: 'other' }],
  ['its label and its serial, as a second file system of the platform', { ...attached, uuid: otherUuid }],
  ['its label and no UUID', { ...attached, uuid: undefined, serial: 'other' }],
  ['its label and UUID', { ...attached, serial: 'other' }],
  ['its label and UUID, and no serial', { ...attached, serial: undefined }],
  ['another label and its UUID', { ...attached, encodedLabel: 'new', serial: 'other' }],
];

const reservationOf = (disk: AttachedDisk) =>
  disk.uuid === attached.uuid ? { reservation } : { reservation: undefined };

function actionsOf(facts: DiskFacts): readonly Action[] {
  return planDisk(facts, flags).flatMap(({ actions }) => actions);
}

/** What is done once the disk is mounted, by the record that was written when it was. */
function afterMount(disk: AttachedDisk, mountPoint: string, more: Partial<DiskFacts> = {}): readonly Action[] {
  const place = { mountPoint: { path: mountPoint, state: 'missing' } as const };
  const facts = diskFacts({ attached: disk, ...reservationOf(disk), stoppedUnits: [stopped], ...place, ...more });
  const written = actionsOf(facts).findLast((action) => action.kind === 'remember-disk');
  if (written?.kind !== 'remember-disk') throw new Error('expected it to be mounted');
  return actionsOf({ ...facts, records: [written.record], mounts: [mountAt(mountPoint)] });
}

const startsUnits = (actions: readonly Action[]) => actions.some(({ kind }) => kind === 'control-unit');

function noteOf(disk: AttachedDisk, mountPoint: string, more: Partial<DiskFacts> = {}): string {
  const place = { mountPoint: { path: mountPoint, state: 'missing' } as const };
  const facts = diskFacts({ attached: disk, ...reservationOf(disk), stoppedUnits: [stopped], ...place, ...more });
  const written = actionsOf(facts).findLast((action) => action.kind === 'remember-disk');
  return written?.kind === 'remember-disk' ? written.record.note : '';
}

describe.each(strangers)('a disk with %s', (_, disk) => {
  test('has no service started that was stopped for the other, and says so', () => {
    expect(startsUnits(afterMount(disk, '/srv/data'))).toBe(false);
    expect(noteOf(disk, '/srv/data')).toMatch(/db\.service waits for the disk that was here before/);
  });

  test('rewrites no reservation of the other', () => {
    const reserved = actionsOf(diskFacts({ attached: disk, ...reservationOf(disk) })).filter(
      (action) => action.kind === 'reserve-disk-name',
    );
    expect(reserved.filter(({ uuid }) => uuid === attached.uuid)).toEqual([]);
  });
});

describe('the disk itself', () => {
  test('has its services started once it is back in its place', () => {
    expect(startsUnits(afterMount(attached, '/srv/data'))).toBe(true);
  });

  test('has none started elsewhere, where they would find another disk in its place; both are told', () => {
    expect(startsUnits(afterMount(attached, '/srv/data_2'))).toBe(false);
    expect(noteOf(attached, '/srv/data_2')).toMatch(
      /its own folder data is taken.*db\.service stays stopped until it is at \/srv\/data again/,
    );
  });

  test('keeps its reservation while it is elsewhere', () => {
    const elsewhere = diskFacts({ mountPoint: { path: '/srv/data_2', state: 'missing' } });
    expect(actionsOf(elsewhere).filter(({ kind }) => kind === 'reserve-disk-name')).toEqual([]);
  });

  test('without a serial of the platform it is known by its UUID', () => {
    const xen = { ...attached, serial: undefined };
    const bare = { stoppedUnits: [{ ...stopped, serial: null }], reservation: { ...reservation, serial: null } };
    expect(startsUnits(afterMount(xen, '/srv/data', bare))).toBe(true);
    expect(startsUnits(afterMount({ ...xen, uuid: otherUuid }, '/srv/data', bare))).toBe(false);
  });

  test('gets another reservation with another label', () => {
    const relabelled = diskFacts({
      attached: { ...attached, encodedLabel: 'new' },
      mountPoint: { path: '/srv/new', state: 'missing' },
    });
    expect(actionsOf(relabelled)).toContainEqual(expect.objectContaining({ kind: 'reserve-disk-name', name: 'new' }));
  });

  test('has the serial added to what an older version wrote', () => {
    const old = diskFacts({ reservation: { ...reservation, serial: null, location: null, order: 0 } });
    expect(actionsOf(old)).toContainEqual(
      expect.objectContaining({ kind: 'reserve-disk-name', name: 'data', serial: 'disk-42' }),
    );
  });
});

test('a UUID that is known with another serial is told in one line', () => {
  const note = noteOf({ ...attached, serial: 'other' }, '/srv/data', { stoppedUnits: [] });
  expect(note).toBe(
    'mounted at /srv/data; its file system is known from a disk with the serial disk-42, and this one has the serial other',
  );
  expect(noteOf(attached, '/srv/data', { stoppedUnits: [] })).toBe('mounted at /srv/data');
});

test('a disk that neither UUID nor serial tells apart has nothing started', () => {
  const bare = { ...attached, uuid: undefined, serial: undefined };
  expect(startsUnits(afterMount(bare, '/srv/data', { stoppedUnits: [{ ...stopped, uuid: null, serial: null }] }))).toBe(
    false,
  );
});

test('what the names say is kept: the first line is the name, and what an older version wrote is understood', async () => {
  const { system } = await machineTree({ '/var/lib/gandi/disk-names/old-1': 'data\n' });
  await writeDiskName(system, 'new-1', { name: 'data', serial: 'disk\n42', location: null });
  expect((await system.files.read('/var/lib/gandi/disk-names/new-1'))?.split('\n')[0]).toBe('data');
  const names = await readDiskNames(system);
  expect(names.get('old-1')).toEqual({ name: 'data', serial: null, location: null, order: 0 });
  expect(names.get('new-1')).toEqual({ name: 'data', serial: 'disk\n42', location: null, order: 2 });
  await writeDiskName(system, 'old-1', { name: 'data', serial: 'disk-1', location: null });
  expect((await readDiskNames(system)).get('old-1')).toMatchObject({ serial: 'disk-1', order: 0 });
});

test('units that wait for a disk and cannot be read stay stopped', async () => {
  const { system, log } = await machineTree({
    '/run/gandi/stopped-units/sdb@1.json': '{',
    '/run/gandi/stopped-units/data': 'web.service\n',
  });
  expect(await readStoppedUnits(system)).toEqual([]);
  expect(log).toEqual([expect.stringMatching(/^warn: .*sdb@1\.json: cannot tell which units wait/)]);
});

describe('on a machine with both', () => {
  const disk = (name: string, number: string) => ({
    [`/sys/class/block/${name}`]: `->../../devices/host0/block/${name}`,
    [`/sys/block/${name}`]: `->../devices/host0/block/${name}`,
    [`/sys/devices/host0/block/${name}/dev`]: `${number}\n`,
    [`/sys/devices/host0/block/${name}/size`]: '2048\n',
  });
  const both = {
    '/proc/self/mountinfo': '22 1 254:1 / / rw - ext4 /dev/vda1 rw\n',
    '/proc/swaps': 'Filename\n',
    ...disk('sda', '8:0'),
    ...disk('sdb', '8:16'),
    '/dev/disk/by-uuid/first': '',
    '/dev/disk/by-uuid/second': '',
  };
  const properties = (uuid: string) => ({
    ID_FS_TYPE: 'ext4',
    ID_FS_USAGE: 'filesystem',
    ID_FS_LABEL_ENC: 'db',
    ID_FS_UUID: uuid,
    ID_SERIAL_SHORT: `serial-${uuid}`,
  });

  test('the name is that of the first, in whatever order they come up', async () => {
    const system = await fakeMachine(both);
    for (const uuid of ['first', 'second']) {
      await writeDiskName(system, uuid, { name: 'db', serial: `serial-${uuid}`, location: null });
    }
    const placeOf = async (name: string, uuid: string) =>
      (await observeDisk(system, flags, name, properties(uuid), 'attached')).mountPoint.path;
    expect(await placeOf('sda', 'second')).toBe('/srv/db_2');
    expect(await placeOf('sdb', 'first')).toBe('/srv/db');
  });

  test('a copy that goes is an event for the one that was left alone because of it', async () => {
    const system = await fakeMachine({ ...both, '/dev/disk/by-uuid/first': '->../../sdb' });
    const gone = { ...record, key: 'sdc@3', device: '/dev/sdc', uuid: 'first' };
    const refused = { ...record, key: 'sdb@unknown', uuid: 'first', mountPoint: null, refusal: 'same-uuid' };
    await writeDiskRecord(system, gone);
    await writeDiskRecord(system, refused);
    const look = () => observeDisk(system, flags, 'sdc', {}, 'changed');
    expect(actionsOf(await look())).toContainEqual({ kind: 'report-device', device: '/dev/sdb' });
    await writeDiskRecord(system, { ...refused, refusal: 'fstab' });
    expect(actionsOf(await look()).map(({ kind }) => kind)).not.toContain('report-device');
    expect(await readDiskRecords(system, 'sdb')).toHaveLength(1);
  });
});

test('a disk that was refused as a clone is remembered as such', () => {
  const facts = diskFacts({ mountedOriginal: { device: '/dev/sda', mountPoint: '/srv/data' } });
  expect(actionsOf(facts)).toMatchObject([{ kind: 'remember-disk', record: { refusal: 'same-uuid' } }]);
});
