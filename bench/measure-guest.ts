import { join } from 'node:path';
import { boot, discard } from '../lab/boot.ts';
import { makeDiskImage } from '../lab/disk-image.ts';
import type { Guest } from '../lab/guest.ts';
import { untilIdle } from '../lab/until-idle.ts';
import { isMounted, timed, yardstick } from '../test/timing/kernel-event.ts';
import type { Figures } from './figures.ts';
import type { Peer } from './peers.ts';

const atOnce = 24;
const mebibytes = 4;

/** One guest of a peer: its first boot, a later boot, one disk, and many at once. By the guest's own clock. */
export async function measureGuest({ image, payload, units, mountsDisks }: Peer): Promise<Figures> {
  const guest = await boot({ debian: 12, image: await image(), ...(payload && { payload }), memory: 1024 });
  try {
    const first = await bootFigures(guest, units);
    await guest.reboot();
    const later = await bootFigures(guest, units);
    const figures: Figures = {
      'yardstick, s': (await yardstick(guest)).seconds,
      ...named('first boot', first),
      ...named('later boot', later),
    };
    return mountsDisks ? { ...figures, ...(await diskFigures(guest)) } : figures;
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

async function diskFigures(guest: Guest): Promise<Figures> {
  const first = await attachOne(guest);
  const second = await attachOne(guest);
  const names = Array.from({ length: atOnce }, (_, index) => `many-${index}`);
  const images = names.map((label) => ({ image: join(guest.folder, `${label}.img`), label }));
  for (const { image, label } of images) await makeDiskImage(image, { fileSystem: 'ext4', label, size: mebibytes });
  const figures: Figures = { 'first event of a boot to mounted, s': first, 'a later event to mounted, s': second };
  try {
    const all = await timed(guest, 'add block', areMounted, async () => {
      // A guest that runs is told of each further disk in the middle of its look at the one before.
      await guest.qmp.execute('stop');
      await Promise.all(images.map(({ image }) => guest.attachDisk({ image })));
      await guest.qmp.execute('cont');
    });
    return { ...figures, [`last of ${atOnce} at once mounted, s`]: all.answer.seconds };
  } catch (error) {
    const mounted = Number(await guest.expect("grep --count ' /srv/many-' /proc/self/mountinfo || true"));
    if (mounted === atOnce) throw error;
    // A peer that does not mount all of them has no such figure, and the bench goes on.
    console.warn(`${mounted} of ${atOnce} disks were mounted after a minute`);
    return figures;
  }
}

/** Seconds from the event of one disk to its mount. */
async function attachOne(guest: Guest): Promise<number> {
  const { answer, done } = await timed(guest, 'add block', isMounted, () =>
    guest.attachDisk({ fileSystem: 'ext4', label: 'latency' }),
  );
  await done.detach();
  await guest.waitFor("! grep --quiet ' /srv/latency ' /proc/self/mountinfo");
  await untilIdle(guest);
  return answer.seconds;
}

/** In bash, as each program that is started takes the guest's CPU. */
const areMounted = `{ read -rd '' now </proc/self/mountinfo; rest=\${now// \\/srv\\/many-/}; (( \${#now} - \${#rest} >= ${atOnce * ' /srv/many-'.length} )); }`;
