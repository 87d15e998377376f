import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, onTestFinished } from 'vitest';
import { makeProtectedImage } from '../../lab/file-system-image.ts';
import type { Guest, GuestDisk } from '../../lab/guest.ts';
import { runOnHost } from '../../lab/host-command.ts';
import { type HostMount, mountOnHost } from '../../lab/host-mount.ts';
import { sharedGuest, test } from '../../lab/story.ts';

// 200 for the figure of docs/guarantees.md; each takes about a minute in emulated guests.
const doubleAttaches = Number(process.env.GANDI_DOUBLE_ATTACHES ?? '3');

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

  test(`of ${doubleAttaches} double attaches none is mounted twice`, async () => {
    const image = await makeProtectedImage(join(one().folder, 'both.img'), 'both');
    const guests = [one(), two()];
    let doubleMounts = 0;
    for (let round = 1; round <= doubleAttaches; round += 1) {
      const plugged = await Promise.all(guests.map((guest) => attach(guest, image, 'both')));
      const holders: Guest[] = [];
      for (const guest of guests) if ((await untilDecided(guest, 'both')).state === 'mounted') holders.push(guest);
      if (holders.length !== 1) doubleMounts += 1;
      for (const guest of holders) await guest.expect(`echo ${round} >>/srv/both/rounds`);
      for (const guest of holders) await guest.expect('gandi-agent disk detach both');
      for (const disk of plugged) await disk.detach();
      await requireClean(image);
    }
    console.info(`${doubleAttaches} double attaches, ${doubleMounts} double mounts`);
    expect(doubleMounts).toBe(0);
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

async function requireClean(image: string): Promise<void> {
  await runOnHost('e2fsck', ['-f', '-n', image]);
}
