import { join } from 'node:path';
import { boot, discard } from '../lab/boot.ts';
import { makeDiskImage } from '../lab/disk-image.ts';
import type { Guest } from '../lab/guest.ts';
import { untilIdle } from '../lab/until-idle.ts';
import { isMounted, timed, yardstick } from '../test/timing/kernel-event.ts';
import type { Figures } from './figures.ts';
import type { Peer } from './peers.ts';

const mebibytes = 4;
const secondsPerDisk = 3;

/**
 * One guest of a peer: its first boot, a later boot, one disk, and many at once. By the guest's own clock.
 * @param counts how many disks are attached at once, one count after the other
 */
export async function measureGuest(
  { image, payload, units, mountsDisks }: Peer,
  counts: readonly number[],
): Promise<Figures> {
  const guest = await boot({
    debian: 12,
    image: await image(),
    ...(payload && { payload }),
    memory: 1024,
    countsInstructions: true,
  });
  try {
    const first = await bootFigures(guest, units);
    await guest.reboot();
    const later = await bootFigures(guest, units);
    const figures: Figures = {
      'yardstick, s': (await yardstick(guest)).seconds,
      ...named('first boot', first),
      ...named('later boot', later),
    };
    return mountsDisks ? { ...figures, ...(await diskFigures(guest, counts)) } : figures;
  } finally {
    await discard(guest);
  }
}

async function bootFigures(guest: Guest, units: readonly string[]): Promise<Figures> {
  await guest.waitForBoot();
  await untilIdle(guest);
  return {
    ...(units.length === 0 ? {} : { 'CPU of its units, s': await cpuOfUnits(guest, units) }),
    'CPU of the guest, s': await cpuOfGuest(guest),
    'processes started': Number(await guest.expect("sed -n 's/^processes //p' /proc/stat")),
    'to multi-user.target, s': await activeAt(guest, 'multi-user.target'),
    'until sshd listens, s': await activeAt(guest, 'ssh.service'),
  };
}

function named(boot: string, figures: Figures): Figures {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${boot}, ${name}`, value]));
}

/** CPUUsageNSec of systemd.resource-control(5), which systemd keeps when a unit has ended. */
async function cpuOfUnits(guest: Guest, units: readonly string[]): Promise<number> {
  const patterns = units.map((unit) => `'${unit}'`).join(' ');
  const answer = await guest.expect(`systemctl show --all --property=CPUUsageNSec --value ${patterns}`);
  const nanoseconds = answer.split('\n').filter((line) => /^\d+$/.test(line) && Number(line) < 2 ** 60);
  return nanoseconds.reduce((sum, line) => sum + Number(line), 0) / 1e9;
}

/** Fields of proc_stat(5), in hundredths of a second: all but idle and iowait. */
async function cpuOfGuest(guest: Guest): Promise<number> {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (await guest.expect('head -n 1 /proc/stat'))
    .replace(/^cpu +/, '')
    .split(' ')
    .map(Number);
  return (user + nice + system + irq + softirq) / 100;
}

async function activeAt(guest: Guest, unit: string): Promise<number> {
  return Number(await guest.expect(`systemctl show --property=ActiveEnterTimestampMonotonic --value ${unit}`)) / 1e6;
}

async function diskFigures(guest: Guest, counts: readonly number[]): Promise<Figures> {
  let figures: Figures = {
    'first event of a boot to mounted, s': await attachOne(guest),
    'a later event to mounted, s': await attachOne(guest),
  };
  for (const count of counts) {
    const seconds = await lastOfMany(guest, count);
    if (seconds === undefined) break;
    figures = { ...figures, [`last of ${count} at once mounted, s`]: seconds };
  }
  return figures;
}

/** Seconds from the first event to the last mount; undefined for a peer that does not mount all of them. */
async function lastOfMany(guest: Guest, count: number): Promise<number | undefined> {
  const labels = Array.from({ length: count }, (_, index) => `many-${index}`);
  const images = labels.map((label) => ({ image: join(guest.folder, `${label}.img`), label }));
  await Promise.all(
    images.map(({ image, label }) => makeDiskImage(image, { fileSystem: 'ext4', label, size: mebibytes })),
  );
  const before = Number(await guest.expect('wc --lines </proc/self/mountinfo'));
  try {
    const { answer, done: disks } = await timed(
      guest,
      'add block',
      hasMounts(before + count),
      async () => {
        // A guest that runs is told of each further disk in the middle of its look at the one before.
        await guest.qmp.execute('stop');
        const attached = await Promise.all(images.map(({ image }) => guest.attachDisk({ image })));
        await guest.qmp.execute('cont');
        return attached;
      },
      count * secondsPerDisk,
    );
    await guest.expect(`test $(grep --count ' /srv/many-' /proc/self/mountinfo) = ${count}`);
    await untilIdle(guest, count * secondsPerDisk);
    await Promise.all(disks.map((disk) => disk.detach()));
    await guest.waitFor(`! ${mountsOf('many-')}`, count * secondsPerDisk);
    return answer.seconds;
  } catch (error) {
    const mounted = Number(await guest.expect("grep --count ' /srv/many-' /proc/self/mountinfo || true"));
    if (mounted === count) throw error;
    console.warn(`${mounted} of ${count} disks were mounted after ${count * secondsPerDisk} s`);
    return undefined;
  }
}

/** Seconds from the event of one disk to its mount. */
async function attachOne(guest: Guest): Promise<number> {
  const { answer, done } = await timed(guest, 'add block', isMounted, () =>
    guest.attachDisk({ fileSystem: 'ext4', label: 'latency' }),
  );
  await done.detach();
  await guest.waitFor(`! ${mountsOf('latency ')}`);
  await untilIdle(guest);
  return answer.seconds;
}

/**
 * In bash, as each program that is started takes the guest's CPU. It counts lines, 0.3 ms with 256
 * mounts where this runs without emulation: to look for their paths took 6.8 ms, ten times a second.
 */
const hasMounts = (count: number) => `{ mapfile -t now </proc/self/mountinfo; (( \${#now[@]} >= ${count} )); }`;

const mountsOf = (prefix: string) => `grep --quiet ' /srv/${prefix}' /proc/self/mountinfo`;
