import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { makeDiskImage } from './lab/disk-image.ts';
import type { AttachedDisk, Guest, GuestDisk } from './lab/guest.ts';
import { runOnHost } from './lab/host-command.ts';
import { sharedGuest, test } from './lab/story.ts';

// One release is enough: loop devices and recorded answers of both show the rest, this shows the buses and the kernel's names.
describe('Debian 13, a swap disk that no payload is on', () => {
  const guest = sharedGuest({ debian: 13 });

  test.for(['scsi', 'virtio', 'nvme'] as const)(
    'the serial gandiswap on %s: a blank disk becomes swap',
    async (bus) => {
      const { disk, device } = await attach(guest(), { bus, serial: 'gandiswap' });
      await guest().expect('gandi-agent bootstrap');
      expect(await guest().expect('swapon --show=NAME --noheadings')).toBe(device);
      await guest().expect(`swapoff ${device}`);
      await disk.detach();
    },
  );

  test('D1: a blank disk of a customer is left alone, though it is the second SCSI disk or the first', async () => {
    const disks = [await attach(guest(), { serial: 'one' }), await attach(guest(), { serial: 'two' })];
    await leavesAlone(guest(), disks);
  });

  test("D6: the clone of another VM's system disk, with a partition named gandiswap, is left alone", async () => {
    const image = await partitionedImage(guest().folder, 'clone.img');
    await leavesAlone(guest(), [await attach(guest(), { image, serial: 'clone' })]);
  });

  test('two disks that could be it: neither is touched', async () => {
    const serial = 'gandiswap';
    const disks = [await attach(guest(), { serial }), await attach(guest(), { serial, bus: 'virtio' })];
    await leavesAlone(guest(), disks);
  });

  test('row 22: of a disk with a GPT the gandiswap partition is formatted, and the GPT stays', async () => {
    const image = await partitionedImage(guest().folder, 'partitioned.img');
    const { disk, device } = await attach(guest(), { image, serial: 'gandiswap', bus: 'virtio' });
    const table = (await readFile(image)).subarray(0, 1024 ** 2);
    await guest().expect('gandi-agent bootstrap');
    expect(await guest().expect('swapon --show=NAME --noheadings')).toBe(`${device}1`);
    await guest().expect(`swapoff ${device}1; sync`);
    await disk.detach();
    expect((await readFile(image)).subarray(0, 1024 ** 2).equals(table)).toBe(true);
  });

  test('row 13: a suspended system is neither formatted nor enabled', async () => {
    const image = join(guest().folder, 'suspended.img');
    await makeDiskImage(image, {});
    await runOnHost('mkswap', ['--quiet', image]);
    const file = await open(image, 'r+');
    await file.write('S1SUSPEND\0', 4096 - 10);
    await file.close();
    await leavesAlone(guest(), [await attach(guest(), { image, serial: 'gandiswap', bus: 'virtio' })]);
  });
});

interface Attached {
  readonly disk: GuestDisk;
  readonly device: string;
}

/** Plugs a disk in, and waits until the guest has named it. */
async function attach(guest: Guest, options: AttachedDisk): Promise<Attached> {
  const list = 'lsblk --nodeps --noheadings --paths --output=NAME | sort';
  const before = (await guest.expect(list)).split('\n');
  const disk = await guest.attachDisk(options);
  const grown = await guest.waitFor(
    `${list} | grep --line-regexp --invert-match ${before.map((name) => `-e ${name}`).join(' ')}`,
  );
  await guest.expect('udevadm settle');
  return { disk, device: grown.trim() };
}

/** After `gandi-agent bootstrap` there is no swap, and each byte of the disks is what it was; then they are pulled. */
async function leavesAlone(guest: Guest, disks: readonly Attached[]): Promise<void> {
  const digests = () => Promise.all(disks.map(({ disk }) => digest(disk.image)));
  const before = await digests();
  await guest.run('gandi-agent bootstrap; sync');
  expect(await guest.expect('swapon --show')).toBe('');
  for (const { disk } of disks) await disk.detach();
  expect(await digests()).toEqual(before);
}

async function digest(image: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(image))
    .digest('hex');
}

/** A GPT with one partition from 1 MiB on that is named gandiswap. */
async function partitionedImage(folder: string, name: string): Promise<string> {
  const image = join(folder, name);
  await makeDiskImage(image, {});
  await runOnHost('sfdisk', ['--quiet', image], { input: 'label: gpt\nstart=2048, size=40MiB, name=gandiswap\n' });
  return image;
}
