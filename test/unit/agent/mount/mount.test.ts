import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mount } from '../../../../src/agent/mount/mount.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { fakeMachine, sysfsDevice, type Tree } from '../facts/fake-machine.ts';

const database = '/run/udev/data';
const disks = { sda: '8:0', sdb: '8:16', sdc: '8:32' };
const machine: Tree = Object.assign(
  { '/proc/self/mountinfo': '' },
  ...Object.entries(disks).map(([name, dev]) =>
    sysfsDevice(`/sys/block/${name}`, { dev, size: '2048' }, { 'device/subsystem': '->../../../../../bus/scsi' }),
  ),
);

/**
 * A udevd as `gandi-agent mount` needs it: it knew the entries from before, writes the others when block devices are reported
 * anew, and says whether it came to an end.
 */
async function mountWith(udev: {
  readonly before: Readonly<Record<string, string>>;
  readonly written: Readonly<Record<string, string>>;
  readonly settles: boolean;
}) {
  const system = await fakeMachine(machine);
  const folder = join(system.root, database);
  await mkdir(folder, { recursive: true });
  for (const [entry, text] of Object.entries(udev.before)) {
    await writeFile(join(folder, entry), text);
    await utimes(join(folder, entry), 1, 1);
  }
  const run: System['processes']['run'] = async (_tool, [verb]) => {
    const written = verb === 'trigger' ? Object.entries(udev.written) : [];
    for (const [entry, text] of written) await writeFile(join(folder, entry), text);
    return { exitCode: verb === 'settle' && !udev.settles ? 1 : 0, stdout: '', stderr: '' };
  };
  const outcomes = await mount({ ...system, processes: { ...system.processes, run } }, 1);
  return outcomes.map(({ step, failure }) => `${step}: ${failure}`);
}

const known = { 'b8:0': 'I:1\n', 'b8:16': 'I:1\n', 'b8:32': 'I:1\n', 'c1:3': 'I:1\n' };
const hanging = (disk: string) => [
  expect.stringMatching(`^/dev/${disk}: .*udev is not done looking at it after \\d+ s: boot goes on without it`),
];

test('a disk that udev does not come to the end of is told of, though udev knew it before', async () => {
  const written = { 'b8:0': 'I:2\n', 'b8:32': 'I:2\n' };
  expect(await mountWith({ before: known, written, settles: false })).toEqual(hanging('sdb'));
});

test('so is one of which udevd wrote down that it has begun with it', async () => {
  const written = { 'b8:0': 'I:2\n', 'b8:16': 'I:2\nE:ID_PROCESSING=1\n', 'b8:32': 'I:2\n' };
  expect(await mountWith({ before: known, written, settles: false })).toEqual(hanging('sdb'));
});

test('so is one that udev never knew', async () => {
  const { 'b8:32': _, ...before } = known;
  expect(await mountWith({ before, written: {}, settles: true })).toEqual(hanging('sdc'));
});

test('so are all where udev knows devices, and no disk', async () => {
  expect(await mountWith({ before: { 'c1:3': 'I:1\n' }, written: {}, settles: true })).toHaveLength(3);
});

test('where udev has settled, its entries are what they are', async () => {
  expect(await mountWith({ before: known, written: {}, settles: true })).toEqual([]);
});

test('a device manager without a database is not asked', async () => {
  expect(await mountWith({ before: {}, written: {}, settles: true })).toEqual([]);
});
