import type { System } from '../system/system.ts';
import { writeAttribute } from '../system/write-attribute.ts';

/** Where a SCSI disk is plugged in: `0:0:8:0`, of host, channel, target and LUN. undefined for a disk of another bus, or one that is gone. */
export async function readScsiAddress(
  { files }: Pick<System, 'files'>,
  kernelName: string,
): Promise<string | undefined> {
  const address = (await files.linkTarget(`/sys/block/${kernelName}/device`))?.split('/').at(-1);
  return address !== undefined && /^\d+:\d+:\d+:\d+$/.test(address) ? address : undefined;
}

/** Has the kernel look what is at an address. `scan` of the host takes channel, target and LUN (Documentation/scsi/scsi_mid_low_api). */
export async function scanScsiAddress(system: Pick<System, 'files'>, address: string): Promise<void> {
  const [host, ...rest] = address.split(':');
  await writeAttribute(system, `/sys/class/scsi_host/host${host}/scan`, `${rest.join(' ')}\n`);
}
