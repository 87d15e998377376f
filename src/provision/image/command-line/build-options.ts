import type { LongOption } from './getopt.ts';

/** What an option of a build does to the request. */
export type BuildOptionName =
  | 'arch'
  | 'output'
  | 'types'
  | 'trace'
  | 'uncompressed'
  | 'clear-environment'
  | 'without-base'
  | 'package'
  | 'install-type'
  | 'help'
  | 'version'
  | `variable:${string}`;

export interface BuildOption extends LongOption {
  readonly sets: BuildOptionName;
  /** How help shows the value. */
  readonly hint?: string;
  /** For an option that sets a variable and takes no value. */
  readonly constant?: string;
  readonly description: string;
}

/** The original knows the letter alone. */
const letter = (short: string, name: string) => ({ short, name, isNew: true }) as const;

/**
 * The options of disk-image-create: its variables are those that elements and other tools read. Two are in its manual and
 * were forgotten in its program; they are new here.
 */
export const buildOptions: readonly BuildOption[] = [
  {
    ...letter('a', 'arch'),
    sets: 'arch',
    takesValue: true,
    hint: 'ARCH',
    description: 'architecture of the image: amd64, arm64 or armhf',
  },
  {
    ...letter('o', 'output'),
    sets: 'output',
    takesValue: true,
    hint: 'NAME',
    description: 'name of the image, without suffix (image)',
  },
  {
    ...letter('t', 'types'),
    sets: 'types',
    takesValue: true,
    hint: 'TYPES',
    description: 'types of images, with commas between them (qcow2)',
  },
  { ...letter('x', 'trace'), sets: 'trace', description: 'show what environment.d does, twice for more' },
  { ...letter('u', 'uncompressed'), sets: 'uncompressed', description: 'do not compress the image' },
  {
    ...letter('c', 'clear-environment'),
    sets: 'clear-environment',
    description: 'leave out variables that the builder itself does not read',
  },
  { ...letter('n', 'without-base'), sets: 'without-base', description: 'leave out the element base' },
  {
    ...letter('p', 'packages'),
    sets: 'package',
    takesValue: true,
    hint: 'PACKAGES',
    description: 'packages to install, with commas between them',
  },
  { short: 'h', name: 'help', sets: 'help', description: 'show this help' },
  { name: 'version', sets: 'version', description: 'show the version' },
  {
    name: 'checksum',
    sets: 'variable:DIB_CHECKSUM',
    constant: '1',
    description: 'write MD5 and SHA-256 sums beside the images',
  },
  {
    name: 'image-size',
    sets: 'variable:DIB_IMAGE_SIZE',
    takesValue: true,
    hint: 'GIB',
    description: 'size of the image in GiB',
  },
  {
    name: 'image-extra-size',
    isNew: true,
    sets: 'variable:DIB_IMAGE_EXTRA_SIZE',
    takesValue: true,
    hint: 'MIB',
    description: 'free space in the image in MiB',
  },
  {
    name: 'image-cache',
    sets: 'variable:DIB_IMAGE_CACHE',
    takesValue: true,
    hint: 'FOLDER',
    description: 'folder for what is kept between builds (~/.cache/image-create)',
  },
  {
    name: 'no-cache',
    isNew: true,
    sets: 'variable:GANDI_NO_CACHE',
    constant: '1',
    description: 'run all phases, and keep no state of the tree for later builds',
  },
  {
    name: 'loop',
    isNew: true,
    sets: 'variable:GANDI_LOOP',
    constant: '1',
    description: 'run pre-finalise.d and what follows on the disk itself, by loop devices; root',
  },
  {
    name: 'max-online-resize',
    sets: 'variable:MAX_ONLINE_RESIZE',
    takesValue: true,
    hint: 'BLOCKS',
    description: 'size up to which a mounted file system can grow',
  },
  {
    name: 'mkfs-options',
    sets: 'variable:MKFS_OPTS',
    takesValue: true,
    hint: 'OPTIONS',
    description: 'further options for mkfs of the root file system',
  },
  {
    name: 'mkfs-journal-size',
    isNew: true,
    sets: 'variable:DIB_JOURNAL_SIZE',
    takesValue: true,
    hint: 'MIB',
    description: 'size of the journal of ext4 in MiB (64)',
  },
  {
    name: 'min-tmpfs',
    sets: 'variable:DIB_MIN_TMPFS',
    takesValue: true,
    hint: 'GIB',
    description: 'build in memory if the machine has twice this (2)',
  },
  { name: 'no-tmpfs', sets: 'variable:DIB_NO_TMPFS', constant: '1', description: 'do not build in memory' },
  {
    name: 'offline',
    sets: 'variable:DIB_OFFLINE',
    constant: '1',
    description: 'use what the cache holds and do not look for newer',
  },
  {
    name: 'qemu-img-options',
    sets: 'variable:QEMU_IMG_OPTIONS',
    takesValue: true,
    hint: 'OPTIONS',
    description: 'options for qemu-img convert -o',
  },
  {
    name: 'root-label',
    sets: 'variable:ROOT_LABEL',
    takesValue: true,
    hint: 'LABEL',
    description: 'label of the root file system (cloudimg-rootfs)',
  },
  {
    name: 'ramdisk-element',
    sets: 'variable:RAMDISK_ELEMENT',
    takesValue: true,
    hint: 'ELEMENT',
    description: 'without meaning here: ramdisks are not built',
  },
  {
    name: 'install-type',
    sets: 'install-type',
    takesValue: true,
    hint: 'TYPE',
    description: 'install from source or package where an element can do both (source)',
  },
  {
    name: 'docker-target',
    sets: 'variable:DOCKER_TARGET',
    takesValue: true,
    hint: 'NAME',
    description: 'name and tag for docker import',
  },
  {
    name: 'logfile',
    sets: 'variable:LOGFILE',
    takesValue: true,
    hint: 'FILE',
    description: 'write the output to this file and not to the terminal',
  },
];

/** The usage of a program that takes these options. */
export function buildUsage(program: string): string[] {
  const rows = buildOptions.map(({ name, short, hint, description }) => {
    const names = [...(short === undefined ? [] : [`-${short}`]), `--${name}`].join(', ');
    return `  ${`${names}${hint === undefined ? '' : ` ${hint}`}`.padEnd(28)} ${description}`;
  });
  return [
    `usage: ${program} [OPTIONS] ELEMENT...`,
    '',
    'builds an image of elements, as diskimage-builder does; ELEMENTS_PATH names folders of further elements',
    '',
    ...rows,
  ];
}
