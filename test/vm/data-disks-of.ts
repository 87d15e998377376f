import type { Guest, GuestDisk } from '../../lab/guest.ts';
import { untilIdle } from '../../lab/until-idle.ts';

/** Data disks of a guest that are known by their serial, each answered before the next thing is done. */
export function dataDisksOf(guest: () => Guest) {
  return {
    /** @param image of the disk; without it a new blank disk of `size` MiB */
    attach: async (
      serial: string,
      { image, size = 64 }: { readonly image?: string; readonly size?: number } = {},
    ): Promise<GuestDisk> => {
      const attached = await guest().attachDisk({ serial, ...(image === undefined ? { size } : { image }) });
      await guest().waitFor(`test -e /dev/disk/by-id/scsi-0gandi.ne*disk_${serial}`);
      await untilIdle(guest());
      return attached;
    },
    pull: async (...disks: readonly GuestDisk[]): Promise<void> => {
      for (const disk of disks) await disk.detach();
      await untilIdle(guest());
    },
    deviceOf: (serial: string) => guest().expect(`readlink -f /dev/disk/by-id/scsi-0gandi.ne*disk_${serial}`),
    /** Kernel names of all that is built on disks. */
    layersLeft: () => guest().expect('ls /sys/block | grep -E "^(dm-|md)" || true'),
  };
}
