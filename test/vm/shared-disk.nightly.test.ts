import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { makeProtectedImage } from '../../lab/file-system-image.ts';
import type { Guest, GuestDisk } from '../../lab/guest.ts';
import { runOnHost } from '../../lab/host-command.ts';
import { sharedGuest, test } from '../../lab/story.ts';

// 200 for the figure of docs/guarantees.md; each takes about a minute in emulated guests.
const doubleAttaches = Number(process.env.GANDI_DOUBLE_ATTACHES ?? '3');

interface Explained {
  readonly disk: { readonly state: string; readonly code: string | null; readonly note: string };
}

describe('one image in two guests at once', () => {
  const one = sharedGuest({ debian: 12 });
  const two = sharedGuest({ debian: 12 });

  test('the second refuses the disk and says who has it, and mounts it when it is asked once the first has let go', async () => {
    await one().expect('hostname one');
    await two().expect('hostname two');
    const image = await makeProtectedImage(join(one().folder, 'story.img'), 'story');
    const plugged = [await attach(one(), image, 'story')];
    await one().waitForMount('/srv/story');
    await one().expect('echo of-one >/srv/story/file && sync --file-system /srv/story');

    plugged.push(await attach(two(), image, 'story'));
    await untilRefused(two(), 'story');
    expect(await explain(two(), 'story')).toMatchObject({
      disk: { state: 'left-alone', note: expect.stringContaining('another machine has it mounted ("one", as sd') },
    });
    expect((await two().run('gandi-agent disk list')).stdout).toContain('mounted by another machine');
    expect((await two().run('gandi-agent doctor')).stdout).toContain('another machine has it mounted');
    expect(await two().run('gandi-agent disk attach story')).toMatchObject({ exitCode: 4 });
    await two().expect('! test -e /srv/story');

    await one().expect('gandi-agent disk detach story');
    await two().expect('gandi-agent disk attach story');
    expect(await two().expect('cat /srv/story/file')).toBe('of-one');
    await two().expect('gandi-agent disk detach story');
    for (const disk of plugged) await disk.detach();
    await requireClean(image);
  });

  test('read-only it is refused too: the kernel would replay the journal of the machine that has it', async () => {
    const image = await makeProtectedImage(join(one().folder, 'read.img'), 'read');
    const plugged = [await attach(one(), image, 'read')];
    await one().waitForMount('/srv/read');
    await one().expect('touch /srv/read/file && sync --file-system /srv/read');
    await two().expect('cp /etc/default/gandi /root/flags && echo CONFIG_MOUNT_PARAMS=ro >>/etc/default/gandi');
    plugged.push(await attach(two(), image, 'read'));
    await untilRefused(two(), 'read');
    await two().expect('cp /root/flags /etc/default/gandi');
    expect(await runOnHost('dumpe2fs', ['-h', image])).toContain('needs_recovery');
    await one().expect('gandi-agent disk detach read');
    for (const disk of plugged) await disk.detach();
    await requireClean(image);
  });

  test(`of ${doubleAttaches} double attaches none is mounted twice`, async () => {
    const image = await makeProtectedImage(join(one().folder, 'both.img'), 'both');
    let doubleMounts = 0;
    for (let round = 1; round <= doubleAttaches; round += 1) {
      const guests = [one(), two()];
      const plugged = await Promise.all(guests.map((guest) => attach(guest, image, 'both')));
      for (const guest of guests) await untilSettled(guest, 'both');
      const holders: Guest[] = [];
      for (const guest of guests) if ((await explain(guest, 'both')).disk.state === 'mounted') holders.push(guest);
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

function attach(guest: Guest, image: string, serial: string): Promise<GuestDisk> {
  return guest.attachDisk({ image, serial, isShared: true });
}

async function untilRefused(guest: Guest, word: string): Promise<void> {
  await untilSettled(guest, word);
  expect(await explain(guest, word)).toMatchObject({ disk: { code: 'mounted-elsewhere' } });
}

/** The agent has decided about the disk: it is mounted, or was left alone. */
async function untilSettled(guest: Guest, word: string): Promise<void> {
  const isDecided = `grep --quiet --extended-regexp '"state": ?"(mounted|left-alone)"'`;
  await guest.waitFor(`gandi-agent disk explain --json ${word} | ${isDecided}`, 180);
  // A refusal is an error of the run that comes to it, and the unit says so.
  await guest.waitFor('! systemctl is-active --quiet gandi-hotplug.service && test -z "$(ls /run/gandi/spool)"', 120);
  await guest.expect('systemctl reset-failed gandi-hotplug.service || true');
}

async function explain(guest: Guest, word: string): Promise<Explained> {
  return JSON.parse(await guest.expect(`gandi-agent disk explain --json ${word}`));
}

/** Nothing has it open any more. */
async function requireClean(image: string): Promise<void> {
  await runOnHost('e2fsck', ['-f', '-n', image]);
}
