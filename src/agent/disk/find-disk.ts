import { basename } from 'node:path';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import type { DiskRecord } from './disk-records.ts';
import { diskRecordKey } from './disk-record-key.ts';

/** Further names of devices, by their paths: label and UUID of the file system, serial of the disk. */
export type GivenNames = ReadonlyMap<string, readonly string[]>;

/**
 * The block device that a person means: its path, its kernel name, one of its links, the name or path of the folder where it is
 * mounted, its label, UUID or serial. The one who made a disk chose its label: a word with two meanings is refused, and a path is never
 * taken for a label.
 * @throws AgentError `disk.unknown`, `disk.ambiguous`
 */
export function findDisk(
  word: string,
  devices: readonly BlockDevice[],
  records: readonly DiskRecord[],
  given: GivenNames = new Map(),
): BlockDevice {
  const isGiven = ({ path }: BlockDevice) => !word.startsWith('/') && (given.get(path)?.includes(word) ?? false);
  const found = devices.filter(
    (device) => isNamed(device, word) || isMountedAt(device, word, records) || isGiven(device),
  );
  const [device, ...others] = found;
  if (others.length > 0) throw ambiguous(word, found);
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

function isMountedAt(device: BlockDevice, word: string, records: readonly DiskRecord[]): boolean {
  const key = diskRecordKey(device.name, device.diskSequence);
  const mountPoint = records.find((record) => record.key === key)?.mountPoint ?? null;
  return mountPoint !== null && (mountPoint === word || basename(mountPoint) === word);
}

function ambiguous(word: string, found: readonly BlockDevice[]): AgentError {
  return new AgentError(`it may be any of ${found.map(({ path }) => path).join(' and ')}`, {
    code: 'disk.ambiguous',
    subject: word,
    remedy: 'say its path',
    exitCode: ExitCode.refusedToProtectData,
  });
}
