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

/** One guest of a peer: its first boot, a later boot, one disk, and many at once. Seconds, by the guest's own clock. */
export async function measureGuest({ image, payload, units, mountsDisks }: Peer): Promise<Figures> {
  const guest = await boot({ debian: 12, image: await image(), ...(payload && { payload }), memory: 1024 });
  try {
    const first = await bootFigures(guest, units);
    await guest.reboot();
    const later = await bootFigures(guest, units);
    const figures: Figures = {
      yardstick: (await yardstick(guest)).seconds,
      'first boot, CPU of its units': first.units,
      'first boot, CPU of the guest': first.guest,
      'first boot, to multi-user.target': first.multiUser,
      'first boot, until sshd listens': first.ssh,
      'later boot, CPU of its units': later.units,
      'later boot, CPU of the guest': later.guest,
      'later boot, to multi-user.target': later.multiUser,
      'later boot, until sshd listens': later.ssh,
    };
    return mountsDisks ? { ...figures, ...(await diskFigures(guest)) } : figures;
  } finally {
    await discard(guest);
  }
}

interface BootFigures {
  readonly units: number;
  readonly guest: number;
  readonly multiUser: number;
  readonly ssh: number;
}

async function bootFigures(guest: Guest, units: readonly string[]): Promise<BootFigures> {
  await guest.waitForBoot();
  await untilIdle(guest);
  return {
    units: units.length === 0 ? 0 : await cpuOfUnits(guest, units),
    guest: await cpuOfGuest(guest),
    multiUser: await activeAt(guest, 'multi-user.target'),
    ssh: await activeAt(guest, 'ssh.service'),
  };
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
  const one = await timed(guest, 'add block', isMounted, () =>
    guest.attachDisk({ fileSystem: 'ext4', label: 'latency' }),
  );
  await one.done.detach();
  const names = Array.from({ length: atOnce }, (_, index) => `many-${index}`);
  const images = names.map((label) => ({ image: join(guest.folder, `${label}.img`), label }));
  for (const { image, label } of images) await makeDiskImage(image, { fileSystem: 'ext4', label, size: mebibytes });
  const all = await timed(guest, 'add block', areMounted, async () => {
    // A guest that runs is told of each further disk in the middle of its look at the one before.
    await guest.qmp.execute('stop');
    await Promise.all(images.map(({ image }) => guest.attachDisk({ image })));
    await guest.qmp.execute('cont');
  });
  return { 'event to mounted': one.answer.seconds, [`last of ${atOnce} at once mounted`]: all.answer.seconds };
}

/** In bash, as each program that is started takes the guest's CPU. */
const areMounted = `{ read -rd '' now </proc/self/mountinfo; rest=\${now// \\/srv\\/many-/}; (( \${#now} - \${#rest} >= ${atOnce * ' /srv/many-'.length} )); }`;
