import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * Writes an event of a disk with an ext4 as rules/spool-event does, into this machine's spool.
 * @param device path of a block device that is there
 * @param more properties that udev tells besides, `ID_FS_UUID`
 */
export function spoolDisk(
  sequence: number,
  action: string,
  device: string,
  more: Readonly<Record<string, string>>,
): void {
  const name = basename(device);
  const properties = {
    ...{ ACTION: action, SEQNUM: sequence, DEVPATH: `/devices/virtual/block/${name}`, DEVNAME: device },
    ...{ DISKSEQ: readFileSync(`/sys/block/${name}/diskseq`, 'utf8').trim(), DEVTYPE: 'disk' },
    ...{ GANDI_HANDLER: 'disk', GANDI_SPOOLED_AT: '1.00', GANDI_DATA_DISK: '1' },
    ...{ ID_FS_TYPE: 'ext4', ID_FS_USAGE: 'filesystem', ...more },
  };
  const text = Object.entries(properties).map(([key, value]) => `${key}=${value}\0`);
  mkdirSync('/run/gandi/spool', { recursive: true });
  writeFileSync(`/run/gandi/spool/${sequence}-disk`, text.join(''));
}
