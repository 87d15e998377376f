import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, onTestFinished } from 'vitest';
import { makeProtectedImage } from '../../lab/file-system-image.ts';
import type { Guest, GuestDisk } from '../../lab/guest.ts';
import { runOnHost } from '../../lab/host-command.ts';
import { type HostMount, mountOnHost } from '../../lab/host-mount.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { diskListSchema } from '../../src/agent/disk/describe-disk.ts';

const minute = 60_000;
// 200 for the figure of docs/guarantees.md.
const doubleAttaches = Number(process.env.GANDI_DOUBLE_ATTACHES ?? '4');
/** Images that both guests get at the same time: each is looked at for 10 s before it is mounted, and all of them together. */
const atOnce = 4;

interface Explained {
  readonly disk: { readonly state: string; readonly code: string | null; readonly note: string };
}

describe('a disk that this host has mounted, as another machine', () => {
  const guest = sharedGuest({ debian: 12 });

  test('is refused, with the name of that machine, and mounted when it is asked once that has let go', async () => {
    const { image, other } = await mountedImage(guest(), 'story');
    const disk = await attach(guest(), image, 'story');
    const { note } = await untilRefused(guest(), 'story');
    expect(note).toContain(`another machine has it mounted ("${hostname()}", as ${basename(other.device)})`);
    expect(await guest().expect('gandi-agent disk list')).toContain('another machine has it mounted');
    expect((await guest().run('gandi-agent doctor')).stdout).toContain('another machine has it mounted');
    expect((await guest().run('gandi-agent status')).stdout).toContain('another machine has it mounted');
    expect(await guest().run('gandi-agent disk attach story', 120)).toMatchObject({ exitCode: 4 });
    await guest().expect('! test -e /srv/story');

    await other.unmount();
    await guest().expect('gandi-agent disk attach story', 120);
    expect(await guest().expect('cat /srv/story/file')).toBe('of the host');
    await expect(mountOnHost(image)).rejects.toThrow(/mount failed/);
    await guest().expect('gandi-agent disk detach story');
    await disk.detach();
    await requireClean(image);
  });

  test('is refused read-only too, and its journal is not replayed', async () => {
    const { image, other } = await mountedImage(guest(), 'read');
    await guest().expect('cp /etc/default/gandi /root/flags && echo CONFIG_MOUNT_PARAMS=ro >>/etc/default/gandi');
    const disk = await attach(guest(), image, 'read');
    await untilRefused(guest(), 'read');
    await guest().expect('cp /root/flags /etc/default/gandi');
    expect(await runOnHost('dumpe2fs', ['-h', image])).toContain('needs_recovery');
    await other.unmount();
    await disk.detach();
    await requireClean(image);
  });

  test('is mounted where that machine lost its power', async () => {
    const { image, other } = await mountedImage(guest(), 'lost');
    const copy = join(guest().folder, 'lost-power.img');
    await runOnHost('cp', [image, copy]);
    await other.unmount();
    const disk = await attach(guest(), copy, 'lost');
    await guest().waitForMount('/srv/lost', 180);
    expect(await guest().expect('cat /srv/lost/file')).toBe('of the host');
    await guest().expect('gandi-agent disk detach lost');
    await disk.detach();
    await requireClean(copy);
  });
});

describe('one image in two guests at once', () => {
  const one = sharedGuest({ debian: 12 });
  const two = sharedGuest({ debian: 12 });

  test(`of ${doubleAttaches} double attaches none is mounted twice`, { timeout: 180 * minute }, async () => {
    const labels = Array.from({ length: atOnce }, (_, index) => `both-${index + 1}`);
    const images = await Promise.all(
      labels.map((label) => makeProtectedImage(join(one().folder, `${label}.img`), label)),
    );
    const counts = { attached: 0, mountedTwice: 0, mountedByNobody: 0 };
    const wonBy = [0, 0];
    for (let round = 1; counts.attached < doubleAttaches; round += 1) {
      // Each is the first to see every other disk.
      const plugInBoth = async (label: string, index: number) => {
        const guests = (round + index) % 2 === 0 ? [one(), two()] : [two(), one()];
        return Promise.all(guests.map((guest) => attach(guest, images[index] ?? '', label)));
      };
      const plugged: GuestDisk[] = [];
      for (const [index, label] of labels.entries()) plugged.push(...(await plugInBoth(label, index)));
      const mounted = await Promise.all([one(), two()].map((guest) => untilAllDecided(guest, labels)));
      for (const label of labels) {
        const holders = mounted.filter((those) => those.includes(label)).length;
        counts.attached += 1;
        counts.mountedTwice += holders > 1 ? 1 : 0;
        counts.mountedByNobody += holders === 0 ? 1 : 0;
      }
      const letGo = async (guest: Guest, index: number) => {
        for (const label of mounted[index] ?? []) {
          await guest.expect(`echo ${round} >>/srv/${label}/rounds`);
          await guest.expect(`gandi-agent disk detach ${label}`);
        }
        wonBy[index] = (wonBy[index] ?? 0) + (mounted[index]?.length ?? 0);
      };
      await Promise.all([one(), two()].map(letGo));
      for (const disk of plugged) await disk.detach();
      for (const image of images) await requireClean(image);
    }
    console.info(`${counts.attached} double attaches`, counts, `won by the one and the other: ${wonBy.join(', ')}`);
    expect(counts).toMatchObject({ mountedTwice: 0, mountedByNobody: 0 });
  });
});

/** An image with a file, which the host has mounted until it lets go or the test ends. */
async function mountedImage(guest: Guest, label: string): Promise<{ image: string; other: HostMount }> {
  const image = await makeProtectedImage(join(guest.folder, `${label}.img`), label);
  const other = await mountOnHost(image);
  onTestFinished(() => other.unmount());
  await runOnHost('sh', ['-c', 'echo of the host >"$1/file" && sync --file-system "$1"', 'sh', other.folder]);
  return { image, other };
}

function attach(guest: Guest, image: string, serial: string): Promise<GuestDisk> {
  return guest.attachDisk({ image, serial, isShared: true });
}

async function untilRefused(guest: Guest, word: string): Promise<Explained['disk']> {
  const disk = await untilDecided(guest, word);
  expect(disk).toMatchObject({ state: 'left-alone', code: 'mounted-elsewhere' });
  return disk;
}

/** The agent has decided about the disk: it is mounted, or was left alone. */
async function untilDecided(guest: Guest, word: string): Promise<Explained['disk']> {
  const explain = `gandi-agent disk explain --json ${word}`;
  await guest.waitFor(`${explain} | grep --quiet --extended-regexp '"state": ?"(mounted|left-alone)"'`, 180);
  // A refusal is an error of the run that comes to it, and the unit says so.
  await guest.waitFor('! systemctl is-active --quiet gandi-hotplug.service && test -z "$(ls /run/gandi/spool)"', 120);
  await guest.expect('systemctl reset-failed gandi-hotplug.service || true');
  const explained: Explained = JSON.parse(await guest.expect(explain));
  return explained.disk;
}

/** @returns serials of those that it has mounted, once it has mounted or refused each */
async function untilAllDecided(guest: Guest, serials: readonly string[]): Promise<string[]> {
  const isIdle = '! systemctl is-active --quiet gandi-hotplug.service && test -z "$(ls /run/gandi/spool)"';
  for (let attempt = 1; attempt <= 20; attempt += 1) {
    await guest.waitFor(`udevadm settle && ${isIdle}`, 180);
    const { disks } = diskListSchema.parse(JSON.parse(await guest.expect('gandi-agent disk list --json')));
    const ours = disks.filter(({ serial }) => serials.includes(serial ?? ''));
    const decided = ours.filter(({ state, code }) => state === 'mounted' || code === 'mounted-elsewhere');
    if (decided.length === serials.length) {
      // A refusal is an error of the run that comes to it, and the unit says so.
      await guest.expect('systemctl reset-failed gandi-hotplug.service || true');
      return decided.filter(({ state }) => state === 'mounted').map(({ serial }) => serial ?? '');
    }
  }
  throw new Error(`not all of ${serials.join(', ')} are decided about`);
}

async function requireClean(image: string): Promise<void> {
  await runOnHost('e2fsck', ['-f', '-n', image]);
}
