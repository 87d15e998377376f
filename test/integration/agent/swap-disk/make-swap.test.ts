import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { constants, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { makeSwap } from '../../../../src/agent/swap-disk/make-swap.ts';
import { AgentError } from '../../../../src/core/error/agent-error.ts';
import { observeSignatures } from '../../../../src/core/block-device/signatures.ts';
import type { System } from '../../../../src/core/system/system.ts';
import {
  attachLoopDisk,
  attachPartitionedDisk,
  type LoopDisk,
  locationOf,
  machineWith,
  makePayload,
  payloadOffset,
  recordOf,
  requirePrograms,
  writeAt,
} from '../action/loop-disk.ts';

type Reason = 'payload-was-here' | 'gandiswap-partition' | 'blank';

beforeEach((context) => requirePrograms(context));

const format = (disk: LoopDisk, reason: Reason, system = machineWith({ swapDevice: disk.path })) =>
  makeSwap(
    { kind: 'make-swap', device: disk.name, disk: disk.name, diskSequence: disk.diskSequence(), reason },
    system,
  );

/** The act is refused for this reason, and not a byte of the disk is another one. */
async function refuses(disk: LoopDisk, code: string, act: () => Promise<void>): Promise<void> {
  const before = await disk.digest();
  await expect(act()).rejects.toMatchObject({ code });
  expect(await disk.digest()).toBe(before);
}

const typesOn = async (path: string) => (await observeSignatures(machineWith({}), path)).map(({ type }) => type);

test('row 23: a blank disk becomes swap with the label swap', async () => {
  const disk = attachLoopDisk();
  await format(disk, 'blank');
  expect(await typesOn(disk.path)).toEqual(['swap']);
  const { stdout } = spawnSync('blkid', ['--probe', '--match-tag', 'LABEL', '--output', 'value', disk.path]);
  expect(String(stdout).trim()).toBe('swap');
});

test('the kernel never swaps to where the next boot looks for a payload', async () => {
  const disk = attachLoopDisk();
  await format(disk, 'blank');
  const header = execFileSync('head', ['--bytes=4096', disk.path]);
  const [count, first, last] = [
    header.readUInt32LE(1032),
    header.readUInt32LE(1536),
    header.readUInt32LE(1536 + 255 * 4),
  ];
  expect([count, first, last]).toEqual([256, 128, 383]);
  execFileSync('swapon', [disk.path]);
  onTestFinished(() => void spawnSync('swapoff', [disk.path]));
  const line = readFileSync('/proc/swaps', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(disk.path));
  const usable = (header.readUInt32LE(1028) - count) * 4;
  expect(Number(line?.split(/\s+/)[2])).toBe(usable);
});

test('row 20: the disk that our payload was on, whatever bytes are left of its life as swap', async () => {
  const payload = makePayload();
  const disk = attachLoopDisk((device) => writeAt(device, 40 * 1024 ** 2, 'pages that were swapped out'));
  const record = recordOf(locationOf(disk, payload));
  await format(disk, 'payload-was-here', machineWith({ swapDevice: disk.path, record }));
  expect(await typesOn(disk.path)).toEqual(['swap']);
});

test('row 20: swap that the payload was written over is formatted again', async () => {
  const disk = attachLoopDisk((device) => void execFileSync('mkswap', [device], { stdio: 'pipe' }));
  const record = recordOf(locationOf(disk, makePayload()));
  await format(disk, 'payload-was-here', machineWith({ swapDevice: disk.path, record }));
  expect(await typesOn(disk.path)).toEqual(['swap']);
});

test('row 22: a gandiswap partition is formatted, and the rest of its disk is what it was', async (context) => {
  requirePrograms(context, { sgdisk: 'gdisk', partx: 'util-linux' });
  const disk = attachPartitionedDisk('gandiswap');
  const beginning = execFileSync('head', ['--bytes=1M', disk.path]);
  await formatPartition(disk);
  expect(await typesOn(`${disk.path}p1`)).toEqual(['swap']);
  expect(execFileSync('head', ['--bytes=1M', disk.path]).equals(beginning)).toBe(true);
});

test('row 11: a partition with another name is not', async (context) => {
  requirePrograms(context, { sgdisk: 'gdisk', partx: 'util-linux' });
  const disk = attachPartitionedDisk('data');
  await refuses(disk, 'swap-disk.foreign-table', () => formatPartition(disk));
});

test.for<[string, (device: string) => void, string]>([
  [
    'a file system',
    (device: string) => void execFileSync('mkfs.ext4', ['-q', device], { stdio: 'pipe' }),
    'foreign-signature',
  ],
  ['a suspended system', suspend, 'hibernation'],
])('D6: rows 13 to 16: a gandiswap partition that holds %s is not', async ([, fill, code], context) => {
  requirePrograms(context, { sgdisk: 'gdisk' });
  const disk = attachPartitionedDisk('gandiswap');
  fill(`${disk.path}p1`);
  await refuses(disk, `swap-disk.${code}`, () => formatPartition(disk));
});

test('D1: without a designation nothing is formatted, blank as it may be', async () => {
  const disk = attachLoopDisk();
  await refuses(disk, 'swap-disk.not-designated', () => format(disk, 'blank', machineWith({})));
});

test('D2: data behind the first megabyte and before the last: a raw database, LUKS with an offset', async () => {
  const disk = attachLoopDisk((device) => writeAt(device, 33 * 1024 ** 2 + 7, Buffer.from([1])));
  await refuses(disk, 'swap-disk.not-blank', () => format(disk, 'blank'));
});

test('D2: noise from the first sector on: LUKS with a detached header', async () => {
  const disk = attachLoopDisk((device) => writeAt(device, 0, randomBytes(4096)));
  await refuses(disk, 'swap-disk.not-blank', () => format(disk, 'blank'));
});

test.each([
  ['D2: a payload that was cut short', (payload: Buffer) => payload.subarray(0, 700)],
  [
    'D3: a payload with a damaged header',
    (payload: Buffer) => Buffer.concat([Buffer.alloc(100, 7), payload.subarray(100)]),
  ],
  ['D3: a whole payload that nobody applied', (payload: Buffer) => payload],
])('row 17: %s is never formatted away', async (_, damage) => {
  const payload = makePayload();
  for (const isSwap of [false, true]) {
    const disk = attachLoopDisk((device) => {
      if (isSwap) execFileSync('mkswap', [device], { stdio: 'pipe' });
      writeAt(device, payloadOffset, damage(payload));
    });
    const record = recordOf(locationOf(disk, Buffer.from('the payload before')));
    for (const reason of ['payload-was-here', 'blank', 'gandiswap-partition'] as const) {
      const system = machineWith({ swapDevice: disk.path, record });
      await refuses(disk, 'swap-disk.payload-unreadable', () => format(disk, reason, system));
    }
  }
});

test('row 2: the disk was pulled and attached again since it was looked at', async () => {
  const disk = attachLoopDisk();
  const planned = disk.diskSequence();
  disk.attachAnew();
  const action = {
    kind: 'make-swap',
    device: disk.name,
    disk: disk.name,
    diskSequence: planned,
    reason: 'blank',
  } as const;
  await refuses(disk, 'swap-disk.changed', () => makeSwap(action, machineWith({ swapDevice: disk.path })));
});

test('row 2: what allowed it when it was planned is not what would allow it now', async () => {
  const disk = attachLoopDisk();
  await refuses(disk, 'swap-disk.changed', () => format(disk, 'payload-was-here'));
});

test('row 5: mounted', async () => {
  const disk = attachLoopDisk((device) => void execFileSync('mkfs.ext4', ['-q', device], { stdio: 'pipe' }));
  const folder = execFileSync('mktemp', ['--directory'], { encoding: 'utf8' }).trim();
  execFileSync('mount', [disk.path, folder]);
  onTestFinished(() => void execFileSync('umount', [folder]));
  await expect(format(disk, 'blank')).rejects.toMatchObject({ exitCode: 4, code: 'swap-disk.mounted' });
});

test('somebody has it open exclusively: mkfs, a file system check, a mount of another namespace', async () => {
  const disk = attachLoopDisk();
  const holder = await open(disk.path, constants.O_RDONLY | constants.O_EXCL);
  try {
    await refuses(disk, 'device.busy', () => format(disk, 'blank'));
  } finally {
    await holder.close();
  }
  await format(disk, 'blank');
});

test('somebody has locked the disk: it waits, refuses, and never starts', async () => {
  const disk = attachLoopDisk();
  const holder = spawn('flock', ['--shared', disk.path, 'cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  holder.stdin.write('held\n');
  await once(holder.stdout, 'data');
  try {
    await refuses(disk, 'device.locked', () => format(disk, 'blank'));
  } finally {
    holder.stdin.end();
    await once(holder, 'close');
  }
  await format(disk, 'blank');
});

test('mkswap is never forced; the lock is held while it works, and free afterwards', async () => {
  const disk = attachLoopDisk();
  const states: (number | null)[] = [];
  const tryLock = () => states.push(spawnSync('flock', ['--exclusive', '--nonblock', disk.path, 'true']).status);
  const system = machineWith({ swapDevice: disk.path });
  const run: System['processes']['run'] = (tool, args, options) => {
    if (tool === 'mkswap') {
      tryLock();
      expect(args).toEqual(['--label', 'swap', '--', disk.path]);
    }
    return system.processes.run(tool, args, options);
  };
  await format(disk, 'blank', { ...system, processes: { ...system.processes, run } });
  tryLock();
  expect(states).toEqual([1, 0]);
});

test.each(['wipefs', 'blkid', 'flock'])('without %s nothing is formatted', async (missing) => {
  const disk = attachLoopDisk();
  const system = machineWith({ swapDevice: disk.path });
  const gone = new AgentError('cannot start it', { code: 'process.missing', subject: missing, remedy: 'install it' });
  const run: System['processes']['run'] = async (tool, ...rest) => {
    if (tool === missing) throw gone;
    return system.processes.run(tool, ...rest);
  };
  const hold: System['processes']['hold'] = (tool, args) =>
    system.processes.hold(tool === missing ? '/nonexistent/flock' : tool, args);
  const code = missing === 'flock' ? 'device.locked' : 'signatures.unknown';
  await refuses(disk, code, () => format(disk, 'blank', { ...system, processes: { ...system.processes, run, hold } }));
});

test('on the tree of another machine no device is touched', async () => {
  const disk = attachLoopDisk();
  const system = { ...machineWith({ swapDevice: disk.path }), root: '/srv/image' };
  await refuses(disk, 'swap-disk.not-running', () => format(disk, 'blank', system));
});

function formatPartition(disk: ReturnType<typeof attachPartitionedDisk>): Promise<void> {
  const system = machineWith({ swapDevice: `${disk.path}p1`, files: disk.files });
  const target = { device: `${disk.name}p1`, disk: disk.name, diskSequence: disk.diskSequence() };
  return makeSwap({ kind: 'make-swap', ...target, reason: 'gandiswap-partition' }, system);
}

function suspend(device: string): void {
  execFileSync('mkswap', [device], { stdio: 'pipe' });
  writeAt(device, 4096 - 10, 'S1SUSPEND\0');
}
