import type { System } from '../../core/system/system.ts';

// Of udev, which asks each SCSI disk by it as it comes (60-persistent-storage.rules).
const scsiId = '/usr/lib/udev/scsi_id';

/**
 * The serial that the disk itself says now, from its VPD page 0x80; sysfs has the page as it was when the disk came.
 * @returns undefined if it does not answer, has no serial, or udev's scsi_id(8) is not installed
 */
export async function askSerial(
  { processes }: Pick<System, 'processes'>,
  diskPath: string,
): Promise<string | undefined> {
  const args = ['--export', '--whitelisted', `--device=${diskPath}`];
  const answer = await processes.run(scsiId, args, { timeoutSeconds: 10 }).catch(() => undefined);
  return /^ID_SCSI_SERIAL=(.*)$/m.exec(answer?.stdout ?? '')?.[1]?.trim() || undefined;
}
