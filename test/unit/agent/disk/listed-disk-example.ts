import { describeDisk, type ListedDisk, type Seen } from '../../../../src/agent/disk/describe-disk.ts';
import type { DiskFacts } from '../../../../src/agent/disk/disk-facts.ts';
import { diskState } from '../../../../src/agent/disk/disk-state.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { attached, diskFacts, mountAt, record } from './disk-example.ts';

const seen: Seen = {
  looksLike: undefined,
  platforms: ['auto'],
  model: 'gandi.ne volume',
  space: undefined,
  isInStack: false,
  growsPartitions: false,
};

/** A disk as a list has it, with the state that its facts give. */
export function listed(facts: Partial<DiskFacts> = {}, more: Partial<Seen> = {}): ListedDisk {
  const all = diskFacts(facts);
  return describeDisk(all, diskState(all, parseFlags('').flags, undefined), { ...seen, ...more });
}

/** The same facts about a disk of another name. */
function named(name: string, changes: Partial<typeof attached>, device: Partial<typeof attached.device> = {}) {
  const path = `/dev/${name}`;
  const own = { ...attached.device, ...device, name, path };
  const disk = device.parent ? { ...own, path: `/dev/${device.parent}`, name: device.parent } : own;
  return { ...attached, ...changes, device: own, wholeDisk: disk.path, disk };
}

const none = { fileSystem: undefined, usage: undefined, encodedLabel: undefined, uuid: undefined };

/** Twelve disks, each in another state: what lists and pages are drawn of in tests. */
export const twelveDisks: readonly ListedDisk[] = [
  listed({
    kernelName: 'vda',
    attached: named(
      'vda',
      { ...none, isDataDisk: false, isSystemDisk: true, serial: undefined },
      { partitions: ['vda1'], sizeBytes: 3 * 2 ** 30 },
    ),
  }),
  listed(
    { records: [record], mounts: [mountAt('/srv/data')] },
    { space: { totalBytes: 60 * 2 ** 20, usedBytes: 21 * 2 ** 20 } },
  ),
  listed({
    kernelName: 'sdc',
    attached: named(
      'sdc',
      { serial: 'vol-4711', fileSystem: 'xfs', encodedLabel: 'backup' },
      { sizeBytes: 320 * 2 ** 20, diskSequence: 8 },
    ),
    records: [{ ...record, key: 'sdc@8', device: '/dev/sdc', mountPoint: '/srv/backup' }],
  }),
  listed({ kernelName: 'sdd', attached: named('sdd', { ...none, serial: 'blank-1' }) }),
  listed({
    kernelName: 'sde',
    attached: named('sde', { ...none, fileSystem: 'crypto_LUKS', usage: 'crypto', serial: 'luks' }),
  }),
  listed({
    kernelName: 'sdf',
    attached: named('sdf', { ...none, fileSystem: 'LVM2_member', usage: 'raid', serial: 'pv' }),
  }),
  listed({
    kernelName: 'sdg',
    attached: named('sdg', { serial: 'clone' }),
    mountedOriginal: { device: '/dev/sdb', mountPoint: '/srv/data' },
  }),
  listed({ kernelName: 'sdh', attached: named('sdh', { ...none, serial: 'parted' }, { partitions: ['sdh1'] }) }),
  listed({
    kernelName: 'sdh1',
    attached: named(
      'sdh1',
      { encodedLabel: 'p1' },
      { parent: 'sdh', partition: { number: 1, startBytes: 0, name: null, uuid: null } },
    ),
    mountPoint: { path: '/srv/p1', state: 'not-empty' },
  }),
  listed({ kernelName: 'sdi', attached: named('sdi', { serial: 'fstab-1', fstabClaim: 'LABEL=data /mnt ext4' }) }),
  listed(
    {
      kernelName: 'vdb',
      attached: named('vdb', { isDataDisk: false, serial: '0b6dbbcd-1d3e-4f0a-9' }, { bus: 'virtio' }),
    },
    { looksLike: 'openstack', model: null },
  ),
  listed(
    { kernelName: 'sdj', attached: named('sdj', { isDataDisk: false, serial: '12345' }) },
    { looksLike: 'hetzner', model: 'HC Volume' },
  ),
  listed({ kernelName: 'sdk', attached: named('sdk', { encodedLabel: 'my\\x20disk\\x2f\\xc3\\xa9', serial: 'new' }) }),
];
