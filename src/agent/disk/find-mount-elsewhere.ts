import { constants } from 'node:fs';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { errorCode } from '../../core/error/error-code.ts';
import type { System } from '../../core/system/system.ts';
import { diskRecordKey } from './disk-record-key.ts';
import { type DiskRecord, readDiskRecords, writeDiskRecord } from './disk-records.ts';
import { type ElsewhereMount, elsewhereMount, elsewhereWords } from './mounted-elsewhere.ts';
import { readMmp } from './read-multi-mount.ts';

// A machine that has it writes to the block every 5 s unless told otherwise: to look once per interval would make the answer late.
const lookSeconds = 1;

/**
 * Whether another machine has the file system of a device. A held sequence alone is no proof, as a machine that lost its power
 * leaves one behind: it has to change while we wait, which is the kernel's own rule (ext4_multi_mount_protect of fs/ext4/mmp.c).
 * A file system without MMP, or with one that says clean, is answered at once.
 * @returns undefined where none has it
 * @throws AgentError `process.*`, `file-system.mmp-unreadable`
 */
export async function findMountElsewhere(system: System, device: string): Promise<ElsewhereMount | undefined> {
  const first = await look(system, device);
  if (first === undefined || (await isUsedHere(system, device))) return undefined;
  if (first.state === 'checked') return first;
  while (system.clock.monotonic() - first.seenAt <= first.waitSeconds) {
    await system.clock.sleep(lookSeconds);
    const now = await look(system, device);
    if (now?.sequence !== first.sequence) return now;
  }
  return undefined;
}

/** open(2), O_EXCL on a block device: refused while it is mounted here, or a program has it for itself, and then the block is this machine's. */
async function isUsedHere({ files }: System, device: string): Promise<boolean> {
  try {
    await using _ = await files.open(device, constants.O_RDONLY | constants.O_EXCL);
    return false;
  } catch (error) {
    return errorCode(error) === 'EBUSY';
  }
}

/** What the block says at one moment. */
export async function look(system: System, device: string): Promise<ElsewhereMount | undefined> {
  const block = await readMmp(system, device);
  return block === undefined ? undefined : elsewhereMount(block, system.clock.monotonic());
}

/**
 * Leaves a disk alone because another machine has it: on record, and as the error that ends what was begun with it.
 * @param untouched what goes on record where nothing is yet
 */
export async function refuseElsewhere(
  system: System,
  device: string,
  diskSequence: number | null,
  mount: ElsewhereMount,
  untouched?: DiskRecord,
): Promise<AgentError> {
  const name = device.slice('/dev/'.length).replaceAll('/', '!');
  const key = diskRecordKey(name, diskSequence);
  const record = (await readDiskRecords(system, name)).find((each) => each.key === key) ?? untouched;
  if (record !== undefined) await writeDiskRecord(system, leftAlone(record, mount, system));
  return new AgentError(`left alone: ${elsewhereWords(mount)}`, {
    code: 'disk.mounted-elsewhere',
    subject: device,
    remedy: `detach it there, then run \`gandi-agent disk attach ${device}\``,
    exitCode: ExitCode.refusedToProtectData,
  });
}

/** What goes on record of a disk that another machine has now. */
export function leftAlone(record: DiskRecord, mount: ElsewhereMount, { clock }: Pick<System, 'clock'>): DiskRecord {
  return {
    ...record,
    mountPoint: null,
    filledBytes: null,
    isBeingMounted: false,
    ownsFolder: false,
    onDemand: false,
    refusal: 'mounted-elsewhere',
    mountedElsewhere: { ...mount, seenAt: clock.monotonic() },
    note: `left alone: ${elsewhereWords(mount)}`,
  };
}
