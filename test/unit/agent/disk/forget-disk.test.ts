import { expect, test } from 'vitest';
import { forgetDiskKind, rememberDiskKind } from '../../../../src/agent/disk/remember-disk.ts';
import { readDiskRecords } from '../../../../src/agent/disk/disk-records.ts';
import { fakeMachine } from '../facts/fake-machine.ts';
import { record } from './disk-example.ts';

const stale = '36 1 8:16 / /srv/data rw - ext4 /dev/sdb rw\n';

async function forgetWith(mountinfo: string) {
  const system = await fakeMachine({
    [`/run/gandi/disks/${record.key}.json`]: JSON.stringify(record),
    '/proc/self/mountinfo': mountinfo,
  });
  const failure = await forgetDiskKind.apply({ kind: 'forget-disk', key: record.key }, system).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { failure, left: await readDiskRecords(system) };
}

test('a disk that is gone and not mounted is forgotten', async () => {
  expect(await forgetWith('')).toEqual({ failure: undefined, left: [] });
});

test('the record of a stale mount stays as long as the mount does, whatever the tool said', async () => {
  const { failure, left } = await forgetWith(stale);
  expect(failure).toMatchObject({ code: 'disk.still-mounted', subject: '/srv/data' });
  expect(left).toEqual([record]);
});

test('what is remembered is read again', async () => {
  const system = await fakeMachine({ '/proc/self/mountinfo': '' });
  await rememberDiskKind.apply({ kind: 'remember-disk', record }, system);
  expect(await readDiskRecords(system, 'sdb')).toEqual([record]);
  expect(await readDiskRecords(system, 'sd')).toEqual([]);
});

const place = `/run/gandi/disks/${record.key}.json`;
const mine = { ...record, mountPoint: null, refusal: 'mounted', note: 'left alone' };

test.each([
  ['nothing was there', {}, null],
  ['it is as it was seen', { [place]: JSON.stringify(record) }, record],
])('a decision is remembered where %s', async (_, tree, over) => {
  const system = await fakeMachine({ '/proc/self/mountinfo': '', ...tree });
  await rememberDiskKind.apply({ kind: 'remember-disk', record: mine, over }, system);
  expect(await readDiskRecords(system)).toEqual([mine]);
});

test.each([
  ['another run began to mount it', null, { ...record, isBeingMounted: true }],
  ['a person had it detached', { ...record, mountPoint: null }, { ...record, mountPoint: null, isDetached: true }],
  ['it was forgotten', record, undefined],
])('what another run of the agent wrote in the meantime stays: %s', async (_, over, now) => {
  const tree = now === undefined ? {} : { [place]: JSON.stringify(now) };
  const system = await fakeMachine({ '/proc/self/mountinfo': '', ...tree });
  await expect(rememberDiskKind.apply({ kind: 'remember-disk', record: mine, over }, system)).rejects.toMatchObject({
    code: 'disk.other-run',
    subject: '/dev/sdb',
  });
  expect(await readDiskRecords(system)).toEqual(now === undefined ? [] : [now]);
});
