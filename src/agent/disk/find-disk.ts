import { basename } from 'node:path';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import type { DiskRecord } from './disk-records.ts';
import { diskRecordKey } from './disk-record-key.ts';
import { poolDeviceCode } from './plan-pool-device.ts';

/** Further names of devices, by their paths: label and UUID of the file system, serial of the disk. */
export type GivenNames = ReadonlyMap<string, readonly string[]>;

/**
 * The block device that a person means: its path, its kernel name, one of its links, the name or path of the folder where it is
 * mounted, its label, UUID or serial. The one who made a disk chose its label: a word with two meanings is refused, and a path is never
 * taken for a label. A Btrfs of several devices is the one by which it was mounted, and a stack is its top.
 * @throws AgentError `disk.unknown`, `disk.ambiguous`
 */
export function findDisk(
  word: string,
  devices: readonly BlockDevice[],
  records: readonly DiskRecord[],
  given: GivenNames = new Map(),
): BlockDevice {
  const isGiven = ({ path }: BlockDevice) => !word.startsWith('/') && (given.get(path)?.includes(word) ?? false);
  const named = devices.filter(
    (device) => isNamed(device, word) || isMountedAt(device, word, records) || isGiven(device),
  );
  const mounted = named.filter((device) => isMountedAt(device, word, records));
  const found = mounted.length === 0 ? named : named.filter((device) => !isPoolDevice(device, records));
  const [device, ...others] = found;
  if (others.length > 0) return topOf(found, records) ?? refuse(word, found);
  if (device !== undefined) return device;
  throw new AgentError('there is no such disk', {
    code: 'disk.unknown',
    subject: word,
    remedy: 'see `gandi-agent disk list`',
    exitCode: ExitCode.badUsage,
  });
}

function isNamed({ name, path, links }: BlockDevice, word: string): boolean {
  return path === word || name === word || links.includes(word);
}

function isPoolDevice(device: BlockDevice, records: readonly DiskRecord[]): boolean {
  return recordOf(device, records)?.refusal === poolDeviceCode;
}

function isMountedAt(device: BlockDevice, word: string, records: readonly DiskRecord[]): boolean {
  const mountPoint = recordOf(device, records)?.mountPoint ?? null;
  return mountPoint !== null && (mountPoint === word || basename(mountPoint) === word);
}

function recordOf({ name, diskSequence }: BlockDevice, records: readonly DiskRecord[]): DiskRecord | undefined {
  const key = diskRecordKey(name, diskSequence);
  return records.find((record) => record.key === key);
}

/** Of devices that lie on each other it is the top one: what is asked of that is asked of all beneath it. */
function topOf(found: readonly BlockDevice[], records: readonly DiskRecord[]): BlockDevice | undefined {
  return found.find((device) => {
    const beneath = recordOf(device, records)?.beneath ?? [];
    return found.every((other) => other === device || beneath.includes(diskRecordKey(other.name, other.diskSequence)));
  });
}

function refuse(word: string, found: readonly BlockDevice[]): never {
  throw new AgentError(`it may be any of ${found.map(({ path }) => path).join(' and ')}`, {
    code: 'disk.ambiguous',
    subject: word,
    remedy: 'say its path',
    exitCode: ExitCode.refusedToProtectData,
  });
}
