import { diskListSchema, type ListedDisk } from '../../src/agent/disk/describe-disk.ts';
import type { Guest, GuestDisk } from '../../lab/guest.ts';
import { untilIdle } from '../../lab/until-idle.ts';

/** Attaches a disk with a serial, and waits until the agent has done with it what it does. */
export async function attachSettled(
  guest: Guest,
  disk: Parameters<Guest['attachDisk']>[0] & { readonly serial: string },
): Promise<GuestDisk> {
  const attached = await guest.attachDisk(disk);
  await guest.waitFor(`test -e /dev/disk/by-id/*${disk.serial}`);
  await untilIdle(guest);
  return attached;
}

/** What `gandi-agent disk list` says of the disk with this serial. */
export async function listedDisk(guest: Guest, serial: string): Promise<ListedDisk | undefined> {
  const { disks } = diskListSchema.parse(JSON.parse(await guest.expect('gandi-agent disk list --json')));
  return disks.find((disk) => disk.serial === serial);
}
