import { createHash } from 'node:crypto';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { cutPayload, packArchive, writeSwapDisk } from '../../lab/damaged-swap-disk.ts';
import { makeDiskImage } from '../../lab/disk-image.ts';
import type { AttachedDisk, Guest, GuestDisk } from '../../lab/guest.ts';
import { runOnHost } from '../../lab/host-command.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { webServer } from './payloads.ts';

const config = JSON.stringify(webServer);
const good = [{ name: 'gandi/config', mode: 0o600 }, config] as const;
const badConfig = (text: string) => packArchive([[{ name: 'gandi/config' }, text]]);

/** What each archive holds that makes the whole payload be refused, and the code of the one error. */
const badPayloads: ReadonlyArray<readonly [string, string, () => Promise<Buffer>]> = [
  [
    'S5: a path outside gandi/',
    'payload.unsafe-path',
    () => packArchive([good, [{ name: 'gandi/../etc/shadow' }, 'x']]),
  ],
  ['S5: an absolute path', 'payload.unsafe-path', () => packArchive([good, [{ name: '/etc/shadow' }, 'x']])],
  [
    'S5: a symbolic link',
    'payload.link',
    () => packArchive([good, [{ name: 'gandi/script', type: 'symlink', linkname: '/etc/shadow' }]]),
  ],
  ['a device', 'payload.device', () => packArchive([good, [{ name: 'gandi/disk', type: 'block-device' }]])],
  [
    'S5: a set-user-ID file',
    'payload.setuid',
    () => packArchive([good, [{ name: 'gandi/script', mode: 0o4755 }, 'x']]),
  ],
  ['a member of 10 GB', 'payload.too-large', hugeMember],
  ['no JSON', 'config.invalid', () => badConfig('{"vm_hostname": "web1"')],
];

// One release is enough: loop devices and recorded answers of both show the rest, this shows the buses and the kernel's names.
// And one guest: it starts with a payload that was cut off, and has nothing from it afterwards.
describe('Debian 13', () => {
  let cutOff = '';
  const guest = sharedGuest({ debian: 13, payload: { config: webServer }, makeSwap: cutOffPayload });

  async function cutOffPayload(image: string): Promise<void> {
    await cutPayload(image, 1024);
    cutOff = await digest(image);
  }

  test('D2 D3 D4: a payload that was cut off stays on the disk, and boot goes on', async () => {
    expect(await guest().waitForBoot()).toBe('degraded');
    expect(await guest().expect('systemctl is-active multi-user.target')).toBe('active');
    expect(await guest().expect('systemctl --failed --no-legend --plain | cut --delimiter=" " --fields=1')).toBe(
      'gandi-bootstrap.service',
    );
    expect(await guest().expect('systemctl show --property=ExecMainStatus --value gandi-bootstrap')).toBe('3');
    const errors = await guest().expect(
      'journalctl --boot --unit=gandi-bootstrap --identifier=gandi --priority=err --output=cat',
    );
    expect(errors.split('\n')).toHaveLength(1);
    expect(errors).toContain('payload.truncated');
    expect(await guest().expect('cat /etc/hostname; ls /gandi 2>/dev/null; swapon --show')).toBe('debian');
    expect(await digest(guest().swapDisk ?? '')).toBe(cutOff);
    // The platform takes it back: of two disks that could be it neither would be touched.
    await guest().expect(
      'basename "$(readlink --canonicalize /sys/block/vdb/device)" >/sys/bus/virtio/drivers/virtio_blk/unbind',
    );
    await guest().waitFor('! test -e /dev/vdb');
  });

  describe('a payload that is bad', () => {
    test.for(badPayloads)('%s: one error, nothing applied, nothing formatted', async ([name, code, pack]) => {
      const image = await writeSwapDisk(join(guest().folder, 'bad.img'), await pack());
      const before = await digest(image);
      const disk = await guest().attachDisk({ image, serial: 'gandiswap', bus: 'virtio' });
      await guest().waitFor('test -b /dev/vdb && udevadm settle');

      const { exitCode, stderr } = await guest().run('gandi-agent bootstrap');
      await disk.detach();

      expect({ name, exitCode, stderr }).toMatchObject({ exitCode: 3, stderr: expect.stringContaining(code) });
      expect(stderr.match(/^.*\((config|payload)\..*$/gm)).toHaveLength(1);
      expect(stderr).not.toContain('sesame');
      expect(await digest(image)).toBe(before);
      expect(await guest().expect('cat /etc/hostname; ls /gandi 2>/dev/null; swapon --show')).toBe('debian');
      await rm(image);
    });
  });

  describe('a swap disk that no payload is on', () => {
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

  test('a payload with mistakes: each is named, what is right is applied, and the text is kept', async () => {
    const text = '{"vm_hostname": "web1", "vif": "none", "vm_conf": {"password": "open sesame"}}';
    const image = await writeSwapDisk(join(guest().folder, 'mistakes.img'), await badConfig(text));
    const { device } = await attach(guest(), { image, serial: 'gandiswap', bus: 'virtio' });

    const { exitCode, stderr } = await guest().run('gandi-agent bootstrap');

    expect({ exitCode, stderr }).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('config.invalid') });
    expect(stderr).toContain('vif: ');
    expect(stderr).toContain('vm_conf.password: ');
    expect(stderr).not.toContain('sesame');
    expect(await guest().expect('cat /etc/hostname')).toBe('web1');
    expect(await guest().expect('cat /gandi/config')).toBe(text);
    expect(await guest().expect('swapon --show=NAME --noheadings')).toBe(device);
  });
});

/** A header that promises 10 GB, which the disk does not have. */
async function hugeMember(): Promise<Buffer> {
  const archive = await packArchive([good, [{ name: 'gandi/script' }, 'x']]);
  const header = archive.subarray(1024, 1536);
  header.write('120000000000', 124, 'latin1');
  header.write('        ', 148, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return archive;
}

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
