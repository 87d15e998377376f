import { expect, test } from 'vitest';
import type { Action } from '../../../../src/agent/actions.ts';
import { parseDevices } from '../../../../src/agent/disk/btrfs-device-id.ts';
import type { DiskFacts, Occasion } from '../../../../src/agent/disk/disk-facts.ts';
import { growFileSystem } from '../../../../src/agent/disk/grow-file-system.ts';
import { planDisk } from '../../../../src/agent/disk/plan.ts';
import { refusal } from '../../../../src/agent/disk/refusals.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { observeMounts } from '../../../../src/core/block-device/mounts.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { fakeMachine, sysfsDevice } from '../facts/fake-machine.ts';
import { attached, device, diskFacts, record } from './disk-example.ts';

const { flags } = parseFlags('');
const sizeBytes = 512 * 2 ** 20;
const btrfs = { ...attached, fileSystem: 'btrfs', device: { ...device, sizeBytes } };
const pool = {
  id: 30,
  majorMinor: '0:42',
  root: '/',
  mountPoint: '/srv/pool',
  options: [],
  fileSystem: 'btrfs',
  source: '/dev/sda',
  superOptions: [],
  devices: ['/dev/sda', '/dev/sdb'],
};
const other = { ...record, key: 'sda@6', device: '/dev/sda', majorMinor: '8:0', mountPoint: '/srv/pool' };
const facts = (changes: Partial<DiskFacts> = {}) =>
  diskFacts({ attached: btrfs, mounts: [pool], records: [other], ...changes });

function actionsOf(seen: DiskFacts, flagText = ''): readonly Action[] {
  return planDisk(seen, parseFlags(flagText).flags).flatMap(({ actions }) => actions);
}

test.each<Occasion>(['attached', 'asked', 'changed'])('row 19: a device of a Btrfs is grown in it, %s', (occasion) => {
  const [remembered, grown, filled] = actionsOf(facts({ occasion }));
  expect(remembered).toMatchObject({ record: { mountPoint: null, note: 'a device of the Btrfs at /srv/pool' } });
  expect(grown).toMatchObject({ kind: 'grow-file-system', device: '/dev/sdb', mountPoint: '/srv/pool' });
  if (filled?.kind !== 'remember-disk') throw new Error('expected it to be remembered');
  const after = facts({ occasion, records: [other, filled.record] });
  expect(actionsOf(after)).toEqual([]);
  const larger = { ...btrfs, device: { ...device, sizeBytes: 2 * sizeBytes } };
  expect(actionsOf({ ...after, attached: larger }).map(({ kind }) => kind)).toEqual([
    'grow-file-system',
    'remember-disk',
  ]);
});

test('row 19: not with CONFIG_GROW=0, and not where somebody else mounted it', () => {
  expect(actionsOf(facts(), 'CONFIG_GROW=0').map(({ kind }) => kind)).toEqual(['remember-disk']);
  expect(actionsOf(facts({ records: [], occasion: 'changed' }))).toEqual([]);
  expect(refusal(btrfs, facts({ records: [] }), flags)?.code).toBe('mounted');
});

const show = `Label: 'pool'  uuid: 3c5f4d0e-0000-4000-8000-000000000001
	Total devices 3 FS bytes used 147456
	devid    1 size 536870912 used 126877696 path /dev/sda
	devid    2 size 536870912 used 126877696 path /dev/sdb
	devid   12 size 0 used 0 path /dev/sdba MISSING
`;

test('the number of a device is that of its own line', () => {
  expect(parseDevices(show)).toEqual([
    { id: 1, path: '/dev/sda' },
    { id: 2, path: '/dev/sdb' },
    { id: 12, path: '/dev/sdba' },
  ]);
});

const uuid = '3c5f4d0e-0000-4000-8000-000000000001';
const machine = () =>
  fakeMachine({
    '/proc/self/mountinfo': '30 22 0:42 / /srv/pool rw - btrfs /dev/sda rw\n',
    ...sysfsDevice('/sys/class/block/sda', { diskseq: '3' }),
    ...sysfsDevice('/sys/class/block/sdb', { diskseq: '4' }),
    [`/sys/fs/btrfs/${uuid}/devices/sda`]: '',
    [`/sys/fs/btrfs/${uuid}/devices/sdb`]: '',
    '/sys/fs/btrfs/features/raid1c34': '',
  });

test('a Btrfs of two devices is mounted from both', async () => {
  expect(await observeMounts(await machine())).toMatchObject([{ devices: ['/dev/sda', '/dev/sdb'] }]);
});

test('it is the device that grew whose number is named, and a device of no number is an error', async () => {
  const system = await machine();
  const ran: string[][] = [];
  const run = async (program: string, args: readonly string[] = []) => {
    ran.push([program, ...args]);
    return { stdout: args.includes('show') ? show : '', stderr: '', exitCode: 0 };
  };
  const asked: System = { ...system, processes: { ...system.processes, run } };
  const action = { kind: 'grow-file-system', growth: 'btrfs', mountPoint: '/srv/pool' } as const;
  const sdb = { ...action, device: '/dev/sdb', majorMinor: '8:16', disk: '/dev/sdb', diskSequence: 4 };
  await growFileSystem(sdb, asked);
  expect(ran.at(-1)).toEqual(['btrfs', 'filesystem', 'resize', '2:max', '/srv/pool']);
  await expect(growFileSystem({ ...sdb, device: '/dev/sdc', majorMinor: '8:32' }, asked)).rejects.toMatchObject({
    code: 'growth.not-mounted',
  });
  const noNumber = {
    ...asked,
    processes: { ...asked.processes, run: async () => ({ stdout: '', stderr: '', exitCode: 0 }) },
  };
  await expect(growFileSystem({ ...sdb, device: '/dev/sda', majorMinor: '8:0' }, noNumber)).rejects.toMatchObject({
    code: 'growth.not-a-device',
  });
});
