import { basename } from 'node:path';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import type { DiskRecord } from './disk-records.ts';

/**
 * The block device that a person means: its path, its kernel name, one of its links, or the name or path of the
 * folder where it is mounted.
 * @throws AgentError `disk.unknown`
 */
export function findDisk(word: string, devices: readonly BlockDevice[], records: readonly DiskRecord[]): BlockDevice {
  const record = records.find(
    ({ mountPoint }) => mountPoint !== null && (mountPoint === word || basename(mountPoint) === word),
  );
  const wanted = record?.device ?? word;
  const device = devices.find(({ name, path, links }) => path === wanted || name === wanted || links.includes(wanted));
  if (device !== undefined) return device;
  throw new AgentError('there is no such disk', {
    code: 'disk.unknown',
    subject: word,
    remedy: 'see `gandi-agent disk list`',
    exitCode: ExitCode.badUsage,
  });
}
