import type { Flags } from '../flags/flag-table.ts';
import { diskRecordKey } from './disk-record-key.ts';
import type { DiskFacts } from './disk-facts.ts';
import { mountOf } from './mount-of.ts';
import { refusal } from './refusals.ts';

/** Why a disk is or is not mounted, and what would change that: one paragraph for a person. */
export function explainDisk(facts: DiskFacts, flags: Flags): string {
  const { attached, kernelName } = facts;
  if (attached === undefined) return `/dev/${kernelName} is not attached.`;
  const { device, fileSystem } = attached;
  const key = diskRecordKey(device.name, device.diskSequence);
  const record = facts.records.find((each) => each.key === key);
  const mount = record === undefined ? undefined : mountOf(record, facts.mounts);
  if (mount !== undefined) {
    return `${device.path} carries ${fileSystem} and is mounted at ${mount.mountPoint} by the agent. To pull it, run \`gandi-agent disk detach ${device.path}\` first.`;
  }
  if (record?.onDemand && !record.isBeingMounted && facts.automount === 'ours') {
    return `${device.path} carries ${fileSystem} and is mounted by autofs as soon as somebody enters ${record.mountPoint}.`;
  }
  if (record?.isDetached) {
    return `${device.path} is ${record.note}. It stays unmounted until it is gone, or until \`gandi-agent disk attach ${device.path}\` mounts it again.`;
  }
  const refused = refusal(attached, facts, flags);
  if (refused !== undefined) {
    return `${device.path} is left alone because ${refused.because} (${refused.code}). docs/decisions/data-disk.md has the whole table.`;
  }
  if (record?.mountPoint && !record.isBeingMounted) {
    return `${device.path} was mounted at ${record.mountPoint} by the agent and was unmounted by somebody else, so it stays unmounted. \`gandi-agent disk attach ${device.path}\` mounts it again.`;
  }
  return `${device.path} carries ${fileSystem} and nothing speaks against mounting it at ${facts.mountPoint.path}: \`gandi-agent disk attach ${device.path}\` does so now.`;
}
