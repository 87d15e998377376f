import { assignmentKeys } from '../../src/agent/assignment/assignment-keys.ts';
import { mountedTypes } from '../../src/agent/disk/file-systems.ts';
import { type FlagName, flagTable } from '../../src/agent/flags/flag-table.ts';
import type { DataDiskWord } from '../../src/agent/flags/platforms.ts';
import { bold, escapeRoff, literalLines, paragraphs, seeAlsoLines, termLines, titleLine } from './roff.ts';

/** What each word of CONFIG_DATA_DISKS takes; rules/86-gandi.rules has the lines. */
const words: Readonly<Record<DataDiskWord, string>> = {
  auto: 'The disks of the platform that the DMI names. The default.',
  gandi: 'Disks of Xen (xvd*), and SCSI disks of the vendor gandi.ne. These are taken with every word.',
  hetzner: 'ID_SERIAL begins with 0HC_Volume_.',
  digitalocean: 'ID_SERIAL begins with 0DO_Volume_.',
  ebs: 'NVMe disks of the model Amazon Elastic Block Store.',
  scaleway: 'SCSI disks of the vendor SCW.',
  gce: 'ID_SERIAL begins with 0Google_PersistentDisk_.',
  openstack: 'virtio disks whose serial begins as the UUID of a volume does.',
  virtio: 'virtio disks with any serial but gandiswap.',
  'all-but-system': 'Every SCSI, virtio, Xen and NVMe disk on which no part of the running system is.',
};

const flags: readonly FlagName[] = [
  'CONFIG_ALLOW_MOUNT',
  'CONFIG_DATA_DISKS',
  'CONFIG_DISK_ROOT',
  'CONFIG_MOUNT_PARAMS',
  'CONFIG_GROW',
  'CONFIG_GROW_PARTITION',
  'CONFIG_FSCK',
  'CONFIG_FORMAT_BLANK',
  'CONFIG_SNAPSHOTS',
  'CONFIG_LAYERS',
  'CONFIG_NEW_DISK_OWNER',
  'CONFIG_DISK_SERVICES',
];

/** gandi-disks(7): how a disk becomes a data disk, where it is mounted, and how it goes. */
export function renderDisksManual(): string {
  return paragraphs([
    titleLine('GANDI-DISKS', 7),
    '.SH NAME',
    'gandi\\-disks \\- data disks: which disks gandi\\-agent mounts, where, and how they go',
    '.SH DESCRIPTION',
    escapeRoff(
      'A disk that is attached and that a udev rule marks as a data disk is mounted below /srv. Its file system grows when the disk grows. When the disk goes, the mount and the folder go too. Nothing on a disk is formatted, checked or repaired unless a flag allows it.',
    ),
    '.SH WHICH DISKS',
    escapeRoff(
      'udev sets GANDI_DATA_DISK=1 for a data disk, in /usr/lib/udev/rules.d/86-gandi.rules. Each platform is told by what it sets itself, never by what is written on the disk. The words of CONFIG_DATA_DISKS choose; several are separated by spaces:',
    ),
    ...termLines(Object.entries(words)),
    '.PP',
    escapeRoff('A rule of your own marks other disks, in /etc/udev/rules.d/85-local.rules:'),
    ...literalLines(['SUBSYSTEM=="block", ENV{ID_MODEL}=="MyVolume", ENV{GANDI_DATA_DISK}="1"']),
    '.PP',
    `${bold('gandi-agent disk list', 'inline')} shows every disk, also those that no rule marks. ${bold('gandi-agent disk explain', 'inline')} says of one`,
    'which rule marked it, why it is or is not mounted, and the next command.',
    '.SH WHERE IT IS MOUNTED',
    escapeRoff(
      'At the disk root, in a folder with the label of the file system, else the serial of the disk, else its kernel name. A partition without a label is <serial>-part1. Letters and digits of any script stay, with + . : = @ _ and -; any other character becomes _.',
    ),
    '.PP',
    escapeRoff(
      'A second disk of one name gets _2, the next _3. Each file system keeps its name over reboots and re-plugs: it is kept by UUID in /var/lib/gandi/disk-names. A new label gives a new name.',
    ),
    '.PP',
    escapeRoff(
      'A serial is what the platform sets for the disk. It names a disk without a label, tells two clones apart, and is a word for disk attach, detach and explain, as are label, UUID, folder and device.',
    ),
    '.PP',
    escapeRoff(
      'The folder is made if it is missing, and mounted over only if it is empty and as the agent makes folders; a folder that was there before is never removed. nosuid and nodev are always among the mount options.',
    ),
    '.PP',
    `${escapeRoff('File systems that are mounted:')} ${mountedTypes.map((type) => bold(type, 'inline')).join(', ')}.`,
    '.SH ASSIGNMENTS',
    escapeRoff(
      "A file /etc/gandi/disks.d/NAME.conf assigns one disk to a path, with KEY=value lines as in the flags file. It has one or more of SERIAL, WWN, LABEL and UUID, all of which have to be the disk's, and PATH. It counts from the next attachment of the disk, or from gandi-agent disk attach. The disk has to be a data disk all the same.",
    ),
    ...termLines(Object.entries(assignmentKeys).map(([key, { meaning }]) => [key, `${capitalised(meaning)}.`])),
    '.PP',
    escapeRoff(
      'The file must be as safe as a hook. One with a mistake counts for nothing, and the disks that it may mean are left alone; gandi-agent validate names each mistake. One path for two disks, and two files for one disk, are refused.',
    ),
    '.PP',
    escapeRoff('A database on a volume of its own:'),
    ...literalLines([
      '# /etc/gandi/disks.d/pg.conf',
      'SERIAL=vol-7f3a',
      'PATH=/var/lib/postgresql',
      'SERVICES=postgresql',
    ]),
    '.SH WHAT IS LEFT ALONE',
    escapeRoff(
      'The disk of the system and swap in use; disks that LVM, RAID, LUKS or bcache use; a disk with partitions (each partition is looked at by itself); a blank disk, or one with signatures of several types; what is no file system, or a type that is not listed above; what /etc/fstab or a mount unit names; what somebody mounted already; a clone of a mounted disk; an ext4 with multiple mount protection that another machine has mounted; a disk whose folder holds files; a boot partition; and every disk, where a map of autofs that is not ours has the disk root, or where others than root can change it.',
    ),
    '.PP',
    escapeRoff(
      'A disk that you unmount stays unmounted until it is attached again, or until gandi-agent disk attach asks for it.',
    ),
    '.SH GROWTH',
    escapeRoff(
      'ext2, ext3, ext4, XFS and Btrfs are grown to the size of their device, while they are mounted, when the disk is attached and when the platform enlarges it. Nothing is ever shrunk. The tools must be installed: resize2fs, xfs_growfs or btrfs. With CONFIG_GROW_PARTITION=1 the last partition of a disk is enlarged first.',
    ),
    '.SH DETACH',
    `${bold('gandi-agent disk detach', 'inline')} ${escapeRoff('runs pre-disk-detach, stops the services of the disk, unmounts it, removes its folder and has the kernel release the device. Programs that use it are named, and nothing is done then; --force takes the mount away from them. If a step fails, all is mounted and started again. A whole disk is detached with all its partitions.')}`,
    '.PP',
    escapeRoff(
      'Until the platform removes it, gandi-agent disk attach brings it back by any of its names. A Xen disk stays with the kernel until the platform takes it; it is not mounted again meanwhile.',
    ),
    '.PP',
    escapeRoff(
      'A disk that is removed without a detach is unmounted within seconds. gandi-agent status and doctor then say that what was not written to it is lost.',
    ),
    '.SH FLAGS',
    ...termLines(
      flags.map((name) => [
        name,
        `${capitalised(flagTable[name].meaning)}. Default: ${flagTable[name].default || 'empty'}.`,
      ]),
    ),
    '.SH FILES',
    ...termLines([
      ['/usr/lib/udev/rules.d/86-gandi.rules', 'The rules; a copy in /etc/udev/rules.d takes their place.'],
      ['/etc/gandi/disks.d/NAME.conf', 'Assignments.'],
      ['/var/lib/gandi/disk-names/', 'The name of each file system, by UUID.'],
      ['/var/lib/gandi/made-folders/', 'Folders that the agent made, and therefore removes.'],
      [
        '/run/gandi/disks/, /run/gandi/released/',
        'What is known of disks in this boot, and of those that were detached.',
      ],
      [
        '/etc/auto.master.d/gandi.autofs',
        'The map with which autofs mounts disks on demand; off as shipped. See gandi-agent disk autofs.',
      ],
    ]),
    ...seeAlsoLines(['gandi-agent(8)', 'gandi(5)', 'gandi-hooks(7)', 'udev(7)', 'fstab(5)', 'mount(8)', 'autofs(5)']),
  ]);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
