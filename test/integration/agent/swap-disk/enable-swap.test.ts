import { execFileSync, spawnSync } from 'node:child_process';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { enableSwap } from '../../../../src/agent/swap-disk/enable-swap.ts';
import { observeSwaps } from '../../../../src/core/block-device/mounts.ts';
import {
  attachLoopDisk,
  machineWith,
  makePayload,
  payloadOffset,
  requirePrograms,
  writeAt,
} from '../action/loop-disk.ts';

beforeEach((context) => requirePrograms(context));

const makeSwap = (device: string) => void execFileSync('mkswap', [device], { stdio: 'pipe' });

function attach(prepare: (device: string) => void) {
  const disk = attachLoopDisk(prepare);
  onTestFinished(() => void spawnSync('swapoff', [disk.path]));
  const system = machineWith({ swapDevice: disk.path });
  const isActive = async () => (await observeSwaps(system)).some(({ path }) => path === disk.path);
  const enable = () => enableSwap({ kind: 'enable-swap', device: disk.name }, system);
  return { disk, system, isActive, enable };
}

test('rows 54 and 50: swap is enabled, and a second time nothing happens', async () => {
  const { isActive, enable } = attach(makeSwap);
  await enable();
  expect(await isActive()).toBe(true);
  await enable();
  expect(await isActive()).toBe(true);
});

test('what is on the disk is read once, under its lock: each look starts two programs', async () => {
  const { disk, system, isActive } = attach(makeSwap);
  const started: string[] = [];
  const run: typeof system.processes.run = (tool, args, options) => {
    started.push(tool);
    return system.processes.run(tool, args, options);
  };
  const counting = { ...system, processes: { ...system.processes, run } };
  await enableSwap({ kind: 'enable-swap', device: disk.name }, counting);
  expect(await isActive()).toBe(true);
  expect(started).toEqual(['wipefs', 'blkid', 'swapon']);
});

test('row 52: a blank device is not', async () => {
  const { isActive, enable } = attach(() => {});
  await expect(enable()).rejects.toMatchObject({ exitCode: 4, code: 'swap-disk.no-swap' });
  expect(await isActive()).toBe(false);
});

test('row 51: a suspended system is not, and swapon gets no chance to format it', async () => {
  const { disk, isActive, enable } = attach((device) => {
    makeSwap(device);
    writeAt(device, 4096 - 10, 'S1SUSPEND\0');
  });
  const before = await disk.digest();
  await expect(enable()).rejects.toMatchObject({ exitCode: 4, code: 'swap-disk.foreign-signature' });
  expect(await isActive()).toBe(false);
  expect(await disk.digest()).toBe(before);
});

test('row 53: D2: swap with a payload on it that nobody applied is not', async () => {
  const { isActive, enable } = attach((device) => {
    makeSwap(device);
    writeAt(device, payloadOffset, makePayload());
  });
  await expect(enable()).rejects.toMatchObject({ exitCode: 4, code: 'swap-disk.payload-unreadable' });
  expect(await isActive()).toBe(false);
});

test('on the tree of another machine nothing is enabled', async () => {
  const { disk, system, isActive } = attach(makeSwap);
  await enableSwap({ kind: 'enable-swap', device: disk.name }, { ...system, root: '/srv/image' });
  expect(await isActive()).toBe(false);
});
