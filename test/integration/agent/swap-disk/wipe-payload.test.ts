import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { PayloadLocation } from '../../../../src/core/payload/payload-location.ts';
import { makeSwap } from '../../../../src/agent/swap-disk/make-swap.ts';
import { wipePayload } from '../../../../src/agent/swap-disk/wipe-payload.ts';
import {
  attachLoopDisk,
  attachPartitionedDisk,
  type LoopDisk,
  locationOf,
  machineWith,
  makePayload,
  payloadOffset,
  readAt,
  recordOf,
  requirePrograms,
  writeAt,
} from '../action/loop-disk.ts';
import { failingPower, PowerCut } from '../action/power-cut.ts';

const secret = '$6$salt$hashofthecustomer';
const payload = makePayload(`{"vm_conf":{"password":"${secret}"}}`);

beforeEach((context) => requirePrograms(context));

const wipe = (location: PayloadLocation, system: ReturnType<typeof machineWith>) =>
  wipePayload({ kind: 'wipe-payload', payload: location }, system);

/** A disk in the middle of a first boot: the payload is applied and on record, and still there. */
function committed(bytes: Buffer = payload, prepare: (device: string) => void = () => {}) {
  const disk = attachLoopDisk((device) => {
    prepare(device);
    writeAt(device, payloadOffset, bytes);
  });
  const location = locationOf(disk, bytes);
  return { disk, location, system: machineWith({ swapDevice: disk.path, record: recordOf(location) }) };
}

const isZero = (bytes: Buffer) => bytes.every((byte) => byte === 0);

async function refuses(disk: LoopDisk, code: string, act: () => Promise<void>): Promise<void> {
  const before = await disk.digest();
  await expect(act()).rejects.toMatchObject({ exitCode: 4, code });
  expect(await disk.digest()).toBe(before);
}

test.each([
  ['a plain archive', payload],
  ['a compressed one, shorter than a sector', gzipSync(payload)],
  ['one of several megabytes', makePayload('{}', 3 * 1024 ** 2)],
])('row 40: %s is zeros afterwards, and the bytes around it are what they were', async (_, bytes) => {
  const around = (device: string) => {
    writeAt(device, payloadOffset - 512, Buffer.alloc(512, 0xaa));
    writeAt(device, payloadOffset + bytes.length, Buffer.alloc(512, 0xbb));
  };
  const { disk, location, system } = committed(bytes, around);
  await wipe(location, system);
  const area = readAt(disk.image, payloadOffset - 512, bytes.length + 1024);
  expect(isZero(area.subarray(512, -512))).toBe(true);
  expect(area.subarray(0, 512).equals(Buffer.alloc(512, 0xaa))).toBe(true);
  expect(area.subarray(-512).equals(Buffer.alloc(512, 0xbb))).toBe(true);
});

test('S6: after wipe and mkswap no secret of the payload is left on the disk', async () => {
  const { disk, location, system } = committed();
  expect(readAt(disk.image, 0, 2 ** 26).includes(secret)).toBe(true);
  await wipe(location, system);
  const { disk: name, diskSequence } = location;
  await makeSwap({ kind: 'make-swap', device: name, disk: name, diskSequence, reason: 'payload-was-here' }, system);
  expect(readAt(disk.image, 0, 2 ** 26).includes(secret)).toBe(false);
});

test('row 42: doing it twice changes nothing', async () => {
  const { disk, location, system } = committed();
  await wipe(location, system);
  const before = await disk.digest();
  await wipe(location, system);
  expect(await disk.digest()).toBe(before);
});

test('row 34: D4: a payload that is not on record as applied stays', async () => {
  const { disk, location } = committed();
  await refuses(disk, 'payload.not-committed', () => wipe(location, machineWith({ swapDevice: disk.path })));
  const other = recordOf(locationOf(disk, Buffer.from('another')));
  await refuses(disk, 'payload.not-committed', () =>
    wipe(location, machineWith({ swapDevice: disk.path, record: other })),
  );
});

test('row 43: D3: a payload that changed after it was read stays', async () => {
  const { disk, location, system } = committed();
  writeAt(disk.path, payloadOffset + 600, 'x');
  await refuses(disk, 'payload.other-bytes', () => wipe(location, system));
});

test('row 30: no other stretch of the disk is ever overwritten, whatever the plan and the record say', async () => {
  const disk = attachLoopDisk((device) => writeAt(device, 4 * 1024 ** 2, payload));
  const location = { ...locationOf(disk, payload), offset: 4 * 1024 ** 2 };
  const system = machineWith({ swapDevice: disk.path, record: recordOf(location) });
  await refuses(disk, 'payload.wrong-place', () => wipe(location, system));
});

test('row 2: the disk was pulled and attached again since the payload was read', async () => {
  const { disk, location, system } = committed();
  disk.attachAnew();
  await refuses(disk, 'swap-disk.changed', () => wipe(location, system));
});

test('row 31: a payload that reaches into a partition of another purpose stays', async (context) => {
  requirePrograms(context, { sgdisk: 'gdisk' });
  const disk = attachPartitionedDisk('data');
  const long = makePayload('{}', 1024 ** 2);
  writeAt(disk.path, payloadOffset, long);
  const location = locationOf(disk, long);
  const system = machineWith({ swapDevice: disk.path, record: recordOf(location) });
  await expect(wipe(location, system)).rejects.toMatchObject({ exitCode: 4, code: 'swap-disk.partitioned' });
});

test('a payload from before a gandiswap partition into it is wiped as a whole, and the GPT stays', async (context) => {
  requirePrograms(context, { sgdisk: 'gdisk' });
  const disk = attachPartitionedDisk('gandiswap');
  const long = makePayload('{}', 1024 ** 2);
  writeAt(disk.path, payloadOffset, long);
  const location = locationOf(disk, long);
  const table = readAt(disk.image, 0, payloadOffset);
  await wipe(location, machineWith({ swapDevice: disk.path, record: recordOf(location), files: disk.files }));
  expect(isZero(readAt(disk.image, payloadOffset, long.length))).toBe(true);
  expect(readAt(disk.image, 0, payloadOffset).equals(table)).toBe(true);
});

test('a disk of which another partition is mounted is not ours alone: nothing is wiped', async (context) => {
  requirePrograms(context, { sgdisk: 'gdisk' });
  const disk = attachPartitionedDisk('gandiswap');
  execFileSync('partx', ['--delete', disk.path]);
  execFileSync('sgdisk', ['--new=2:0:+10M', disk.path], { stdio: 'pipe' });
  execFileSync('partx', ['--add', disk.path]);
  execFileSync('mkfs.ext4', ['-q', `${disk.path}p2`], { stdio: 'pipe' });
  const folder = execFileSync('mktemp', ['--directory'], { encoding: 'utf8' }).trim();
  execFileSync('mount', [`${disk.path}p2`, folder]);
  onTestFinished(() => void execFileSync('umount', [folder]));
  writeAt(disk.path, payloadOffset, payload);
  const location = locationOf(disk, payload);
  const system = machineWith({ swapDevice: disk.path, record: recordOf(location), files: disk.files });
  await expect(wipe(location, system)).rejects.toMatchObject({ exitCode: 4, code: 'device.busy' });
  expect(readAt(disk.image, payloadOffset, payload.length).equals(payload)).toBe(true);
});

/** What a disk's cache may keep when power fails: everything, nothing, and mixtures. */
const caches: [string, (sector: number) => boolean][] = [
  ['all of its cache', () => true],
  ['nothing of its cache', () => false],
  ['every other sector', (sector) => sector % 2 === 0],
  ['the other sectors', (sector) => sector % 2 === 1],
  ['the last sectors', (sector) => sector * 512 > payloadOffset + payload.length / 2],
  ['what chance decides', () => (randomBytes(1)[0] ?? 0) < 128],
];

test.each(caches)(
  'D5: power fails after each single write and fsync, and the disk kept %s: the next boot finishes',
  async (_, survives) => {
    const { disk, location, system } = committed();
    const states = new Set<string>();
    let steps = 0;
    for (; ; steps += 1) {
      writeAt(disk.path, payloadOffset, payload);
      const cut = await wipe(location, failingPower(system, disk.path, steps, survives)).then(
        () => undefined,
        (error: unknown) => error,
      );
      const left = readAt(disk.image, payloadOffset, payload.length);
      states.add(isZero(left) ? 'zeros' : left.equals(payload) ? 'payload' : 'in between');
      await wipe(location, system);
      expect(isZero(readAt(disk.image, payloadOffset, payload.length))).toBe(true);
      if (cut === undefined) break;
      expect(cut).toBeInstanceOf(PowerCut);
    }
    expect(steps).toBe(6);
    expect(states).toContain('in between');
  },
);
