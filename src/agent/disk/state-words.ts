import type { PlatformName } from '../flags/platforms.ts';
import type { DiskState } from './disk-state.ts';

/** What the words about a disk's state need beside the state itself. */
export interface Told {
  /** `/dev/sdb` */
  readonly device: string;
  readonly fileSystem: string | null;
  /** Whose volume it looks like, where no rule marks it. */
  readonly looksLike: PlatformName | undefined;
  /** CONFIG_DATA_DISKS as it is in force. */
  readonly platforms: readonly string[];
}

/** For a column: a few words. */
export function shortState(state: DiskState, fileSystem: string | null): string {
  switch (state.kind) {
    case 'gone':
      return 'gone';
    case 'mounted':
      return `mounted at ${state.mountPoint}${state.isOurs ? '' : ' (not by the agent)'}`;
    case 'hidden':
      return `hidden by a mount at ${state.under}`;
    case 'on-demand':
      return `on demand at ${state.mountPoint}`;
    case 'not-served':
      return 'not mounted: autofs is off';
    case 'detached':
      return 'detached, may be removed';
    case 'unmounted':
      return 'unmounted by hand';
    case 'swap':
      return 'swap in use';
    case 'left-alone':
      return shortReason(state.code, fileSystem ?? '');
    case 'not-handed-over':
      return 'not mounted: its rule is off';
    case 'ready':
      return 'not mounted yet';
  }
}

function shortReason(code: string, fileSystem: string): string {
  const container = code === 'not-a-file-system' ? shortContainers[fileSystem] : undefined;
  return container ?? shortReasons[code] ?? 'not mounted';
}

const shortContainers: Readonly<Record<string, string>> = {
  crypto_LUKS: 'LUKS container',
  LVM2_member: 'LVM physical volume',
  linux_raid_member: 'RAID member',
  zfs_member: 'ZFS member',
  swap: 'swap area',
};

// By the codes of docs/decisions/data-disk.md.
const shortReasons: Readonly<Record<string, string>> = {
  'mounting-is-off': 'not mounted: switched off',
  'not-a-data-disk': 'not managed',
  'system-disk': 'system disk',
  'in-use': 'in use (LVM, RAID, LUKS)',
  'has-partitions': 'has partitions',
  ambivalent: 'not mounted: ambiguous',
  blank: 'blank',
  'not-a-file-system': 'not a file system',
  'type-not-allowed': 'type not mounted',
  fstab: 'left to /etc/fstab',
  mounted: 'mounted, not by the agent',
  'same-uuid': 'a clone of a mounted disk',
  'mounted-elsewhere': 'mounted by another machine',
  'folder-not-empty': 'its folder is taken',
  'no-folder': 'its folder is a file',
  'folder-protected': 'its folder is protected',
  automount: 'left to autofs',
  'unsafe-root': 'its folder is not safe',
  'not-ready': 'waits for another device',
  'boot-partition': 'boot partition',
  'no-capacity': 'no capacity',
  'mount-unit': 'left to a mount unit',
  'system-unknown': 'not mounted: / unknown',
  'assignment-mistaken': 'its assignment is wrong',
  'two-assignments': 'has two assignments',
  'two-disks': 'two disks for one path',
  'path-of-two': 'its path is given twice',
  'path-in-path': 'its path is in another',
  'path-of-system': "its path is the system's",
  'path-claimed': 'its path is claimed',
  'path-mounted': 'its path is taken',
  'path-of-automount': 'its path is of autofs',
  'cannot-stay-unchanged': 'it would be written to',
  'pool-assigned': 'waits for another device',
  'snapshot-type': 'a copy, not mountable',
  'snapshot-path': "a copy; its path is the original's",
  'layer-unknown': 'made by something unknown',
  'layer-off': 'not mounted: CONFIG_LAYERS',
  'no-disk-beneath': 'its disks are gone',
  'system-beneath': 'on the system disk',
  'foreign-disk': 'not on data disks only',
  'detached-beneath': 'its disk was detached',
  'internal-volume': 'internal to LVM',
  'array-level': 'RAID level not managed',
  'array-degraded': 'RAID lacks a member',
  'array-waits': 'RAID: waits for another disk',
  'path-of-disk': 'path of a multipath disk',
  'layer-tool-missing': 'its tool is not installed',
  'layer-twin': 'a copy of another, or its original',
  'lvm-no-group': 'LVM physical volume',
  'lvm-missing': 'LVM: waits for another disk',
  'lvm-foreign': 'LVM: not on data disks only',
  'lvm-of-others': 'LVM: of another host',
  'lvm-same-name': 'LVM: two groups of one name',
  'lvm-empty': 'LVM: no volumes',
  'luks-version': 'LUKS1 container',
  'luks-no-key': 'LUKS: no key',
  'luks-unsafe-key': 'LUKS: its key is not safe',
  'luks-name-taken': 'LUKS: its name is taken',
  'md-unreadable': 'RAID member, not readable',
  'md-level': 'RAID level not managed',
  'md-missing': 'RAID: waits for another disk',
  'md-foreign': 'RAID: not on data disks only',
  'member-read-only': 'a member is read-only',
};

/** What the disk is to this machine, and why: the end of a sentence that begins with `/dev/sdb is`. */
export function sentenceOf(state: DiskState): string {
  switch (state.kind) {
    case 'gone':
      return 'not attached';
    case 'mounted':
      return `mounted at ${state.mountPoint}${state.isOurs ? '' : ', and not by the agent'}`;
    case 'hidden':
      return `mounted at ${state.mountPoint}, but another mount at ${state.under} lies over it`;
    case 'on-demand':
      return `mounted by autofs as soon as somebody enters ${state.mountPoint}`;
    case 'not-served':
      return `not mounted: it was left to autofs, which does not serve ${state.mountPoint} any more`;
    case 'detached':
      return 'detached; it may be removed now';
    case 'unmounted':
      return `not mounted: somebody unmounted it from ${state.mountPoint}, so it stays unmounted`;
    case 'swap':
      return 'swap in use';
    case 'left-alone':
      return state.code === 'system-disk' ? 'the disk that the system runs from' : `not mounted: ${state.because}`;
    case 'not-handed-over':
      return `not mounted: the line that hands disks to the agent is off in ${state.rules}`;
    case 'ready':
      return 'not mounted yet, and nothing speaks against it';
  }
}

/** What to do next, as a sentence with the command in it; undefined where nothing is to be done. */
export function nextStep(state: DiskState, told: Told): string | undefined {
  const { device } = told;
  const attach = `gandi-agent disk attach ${device}`;
  switch (state.kind) {
    case 'gone':
    case 'swap':
      return undefined;
    case 'mounted':
      return state.isOurs ? `before it is removed, run \`gandi-agent disk detach ${device}\`` : undefined;
    case 'hidden':
      return `unmount ${state.under}, or run \`umount ${device}\` and let autofs mount it`;
    case 'on-demand':
      return `enter ${state.mountPoint}; before it is removed, run \`gandi-agent disk detach ${device}\``;
    case 'left-alone':
      return nextFor(state.code, told);
    case 'not-handed-over':
      return `remove the # of that line and run \`udevadm control --reload\`, or run \`${attach}\` once`;
    case 'not-served':
    case 'detached':
    case 'unmounted':
    case 'ready':
      return `run \`${attach}\` to mount it`;
  }
}

function nextFor(code: string, told: Told): string | undefined {
  const attach = `run \`gandi-agent disk attach ${told.device}\``;
  return remedies[code]?.(told, attach);
}

// By the codes of docs/decisions/data-disk.md; where a code has none, nothing is to be done.
const remedies: Readonly<Record<string, (told: Told, attach: string) => string | undefined>> = {
  'mounting-is-off': (_, attach) => `set CONFIG_ALLOW_MOUNT=1 in the flags file, then ${attach}`,
  'not-a-data-disk': ({ device, looksLike, platforms }) =>
    looksLike === undefined
      ? `add a rule that sets ENV{GANDI_DATA_DISK}="1" for it (/etc/udev/rules.d/85-local.rules), or set ${withWord(platforms, 'all-but-system')}`
      : `set ${withWord(platforms, looksLike)} in the flags file, then run \`udevadm trigger --action=add ${device}\``,
  blank: ({ device }, attach) => `make a file system, such as \`mkfs.ext4 -L data ${device}\`, then ${attach}`,
  'not-a-file-system': ({ fileSystem, device }) => openerOf(fileSystem, device),
  'mounted-elsewhere': ({ device }, attach) =>
    `detach it there, then ${attach}; the mark of an e2fsck that was killed is removed with \`tune2fs -f -E clear_mmp ${device}\``,
  'same-uuid': () =>
    'give it a UUID of its own: `tune2fs -U random` for ext4, `xfs_admin -U generate` for XFS, `btrfstune -u` for Btrfs',
  'folder-not-empty': (_, attach) => `move what is in the way, or give the disk another label, then ${attach}`,
  'no-folder': (_, attach) => `remove what is there, then ${attach}`,
  'folder-protected': (_, attach) => `mend the assignment that is wrong, see \`gandi-agent validate\`, then ${attach}`,
  fstab: ({ device }, attach) =>
    `\`mount ${device}\` does what /etc/fstab says; or remove its line there, then ${attach}`,
  'mount-unit': (_, attach) => `start that unit with \`systemctl start UNIT\`; or remove it, then ${attach}`,
  'no-capacity': () => 'detach it on the platform and attach it again',
  ambivalent: ({ device }) => `see \`wipefs ${device}\`; remove the signature that is wrong`,
  automount: () => 'see /etc/auto.master and /etc/auto.master.d, or set another CONFIG_DISK_ROOT',
  'unsafe-root': (_, attach) => `give that folder to root, with mode 0755, then ${attach}`,
  'system-unknown': () => 'name the platform in CONFIG_DATA_DISKS',
  'type-not-allowed': () => 'mount it yourself, with a line in /etc/fstab',
  'assignment-mistaken': (_, attach) => `mend it, see \`gandi-agent validate\`, then ${attach}`,
  'two-assignments': (_, attach) => `remove one of them, or name another disk in it, then ${attach}`,
  'two-disks': (_, attach) => `name the disk by its serial, or detach the other one, then ${attach}`,
  'path-of-two': (_, attach) => `give one of them another path, then ${attach}`,
  'path-in-path': (_, attach) => `give one of them another path, then ${attach}`,
  'path-of-system': (_, attach) => `give it another path, then ${attach}`,
  'path-claimed': (_, attach) => `give it another path, or remove the other claim, then ${attach}`,
  'path-mounted': (_, attach) => `unmount what is there, or give it another path, then ${attach}`,
  'path-of-automount': (_, attach) => `give it another path, then ${attach}`,
  'cannot-stay-unchanged': (_, attach) => `remove READ_ONLY=yes if it may change, then ${attach}`,
  'pool-assigned': () => 'attach that device, which mounts them all',
  'layer-tool-missing': (_, attach) => `install its package (lvm2, cryptsetup or mdadm), then ${attach}`,
  'lvm-no-group': () => 'see `pvs`, and `lvmdevices` where LVM has a devices file',
  'lvm-missing': () => 'attach its other disks; see `pvs`',
  'lvm-foreign': () => 'see `pvs`; activate and mount it yourself',
  'lvm-of-others': () => 'see `vgs -o+vg_exported,vg_systemid,vg_shared`, vgimport(8) and lvmsystemid(7)',
  'lvm-same-name': (_, attach) => `rename one of them with vgrename(8), by its UUID, then ${attach}`,
  'luks-version': ({ device }) => `convert it with \`cryptsetup convert ${device} --type luks2\`, or open it yourself`,
  'luks-no-key': (_, attach) => `write its key to that file, as root with mode 0600, then ${attach}`,
  'luks-unsafe-key': (_, attach) => `give it to root, with mode 0600, then ${attach}`,
  'member-read-only': () => 'see `lsblk -o NAME,RO`; assemble and mount it yourself',
  'md-missing': () => 'attach its other disk; see `cat /proc/mdstat`',
  'layer-off': (_, attach) => `name it in CONFIG_LAYERS in the flags file, then ${attach}`,
  'detached-beneath': (_, attach) => attach,
  'array-waits': () => 'attach its other disk; see `cat /proc/mdstat`',
  'array-degraded': (_, attach) => `attach its other disk; or, if what is there is good, ${attach}`,
  'path-of-disk': () => 'see `multipath -ll`; the disk itself is mounted with CONFIG_LAYERS="multipath"',
  'snapshot-path': (_, attach) => `assign it by SERIAL to a path of its own, then ${attach}`,
  'snapshot-type': () => 'detach the original, set CONFIG_SNAPSHOTS=0, and attach the copy again',
};

function openerOf(fileSystem: string | null, device: string): string | undefined {
  switch (fileSystem) {
    case 'crypto_LUKS':
      return `open it with \`cryptsetup open ${device} NAME\`, then mount /dev/mapper/NAME yourself`;
    case 'LVM2_member':
      return 'see `pvs` and `lvs`; mount its logical volume yourself';
    case 'linux_raid_member':
      return 'see `cat /proc/mdstat`; mount the array yourself';
    case 'zfs_member':
      return 'run `zpool import`';
    case 'swap':
      return `run \`swapon ${device}\` to use it as swap`;
    default:
      return undefined;
  }
}

/** The words that are set stay: without one of them the disks that it takes would no longer be data disks. */
function withWord(platforms: readonly string[], word: string): string {
  return `CONFIG_DATA_DISKS="${[...platforms, word].join(' ')}"`;
}
