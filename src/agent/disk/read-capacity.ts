import { basename } from 'node:path';
import { readDiskSequence } from '../../core/block-device/disk-sequence.ts';
import { AgentError } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import { writeAttribute } from '../../core/system/write-attribute.ts';
import type { ActionKind } from '../action/kind.ts';

/** Has the kernel read the capacity of a disk again that it takes for one of 0 bytes. */
export interface ReadCapacity {
  readonly kind: 'read-capacity';
  /** Path of the whole disk. */
  readonly disk: string;
  readonly diskSequence: number | null;
}

export const readCapacityKind: ActionKind<ReadCapacity> = {
  kind: 'read-capacity',
  describe: ({ disk }) => `have the kernel read the capacity of ${disk} again`,
  deviceOf: ({ disk }) => disk,
  apply: readCapacity,
};

/**
 * SCSI alone has a file for that (Documentation/scsi/scsi_mid_low_api.rst of the kernel, rescan); writing to it returns once
 * the disk has answered. The kernel tells nobody of a capacity that was 0 before (set_capacity_and_notify in block/genhd.c).
 * @throws AgentError `disk.replaced`, `disk.no-capacity`
 */
async function readCapacity({ disk, diskSequence }: ReadCapacity, system: System): Promise<void> {
  if ((await readDiskSequence(system, disk)) !== diskSequence) {
    throw new AgentError('cannot read its capacity: another disk has this name now', {
      code: 'disk.replaced',
      subject: disk,
      remedy: 'nothing needs to be done: the other disk has an event of its own',
    });
  }
  const folder = `/sys/block/${basename(disk)}`;
  const rescan = `${folder}/device/rescan`;
  if ((await system.files.status(rescan)) !== undefined) await writeAttribute(system, rescan, '1\n');
  if ((await system.files.read(`${folder}/size`))?.trim() !== '0') return;
  throw new AgentError('the kernel reads a capacity of 0 bytes, so nothing on it can be found', {
    code: 'disk.no-capacity',
    subject: disk,
    remedy: 'see `dmesg`, and have the platform detach the disk and attach it again',
  });
}
