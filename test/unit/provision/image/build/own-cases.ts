/** What is asked of the builder, and what it plans or refuses. */
export interface OwnCase {
  readonly name: string;
  /** Texts of files by their path below the folder of elements; hooks are executable. `a/` is an element without files. */
  readonly files: Readonly<Record<string, string>>;
  /** Of disk-image-create. */
  readonly words: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly plan?: Planned;
  /** The code of the error, and what it is about. */
  readonly refused?: readonly [code: string, subject: string];
}

/** What is compared of a plan: what a case leaves out is not looked at. */
export interface Planned {
  readonly elements?: string;
  /** `PHASE/NAME`, in their order. */
  readonly hooks?: string;
  /** Names of the images. */
  readonly images?: string;
  readonly packages?: string;
  /** Type and label of the root file system, and the mount points. */
  readonly root?: string;
}

type Files = OwnCase['files'];
type Variables = OwnCase['environment'];

const planned = (name: string, files: Files, words: string, plan: Planned, environment: Variables = {}): OwnCase => ({
  name,
  files,
  words,
  environment,
  plan,
});

const refused = (
  name: string,
  files: Files,
  words: string,
  what: readonly [code: string, subject: string],
  environment: Variables = {},
): OwnCase => ({ name, files, words, environment, refused: what });

const hook = '#!/bin/sh\n';
const a = { 'a/': '' };
const layout = (text: string) => ({ DIB_BLOCK_DEVICE_CONFIG: `- local_loop: {name: image0}\n${text}` });
const onDisk = (more: string) => layout(`- mkfs: {base: image0, name: m, ${more}, mount: {mount_point: /}}`);
const lvm = layout(`- partitioning: {base: image0, name: t, label: gpt, partitions: [{name: p, size: 100%}]}
- lvm: {name: l, pvs: [{name: v, base: p}], vgs: [{name: g, base: [v]}], lvs: [{name: r, base: g, size: 1GiB}]}
- mkfs: {base: r, name: m, type: ext4, mount: {mount_point: /}}`);

/** The element `os`, which is an operating system, is there in each of them. */
export const ownCases: readonly OwnCase[] = [
  planned('an element beside the system', a, '-n os a', { elements: 'a os' }),
  planned('an element that is named twice', a, '-n os a a', { elements: 'a os' }),
  planned('elements that another needs', { 'a/element-deps': 'b\n\nc\n', 'b/': '', 'c/': '' }, '-n os a', {
    elements: 'a b c os',
  }),
  planned('elements that need each other', { 'a/element-deps': 'b\n', 'b/element-deps': 'a\n' }, '-n os a', {
    elements: 'a b os',
  }),
  planned('an element that needs itself', { 'a/element-deps': 'a\n' }, '-n os a', { elements: 'a os' }),
  planned('an element that stands for another', { 'a/element-provides': 'b\n', 'c/element-deps': 'b\n' }, '-n os a c', {
    elements: 'a c os',
  }),
  planned('elements of the environment', a, '-n os', { elements: 'a os' }, { IMAGE_ELEMENT: 'a' }),
  planned('the element base, unless it is left out', { 'base/': '' }, 'os', { elements: 'base os' }),
  planned('no base, by the environment', { 'base/': '' }, 'os', { elements: 'os' }, { SKIP_BASE: '1' }),
  planned('a layout for vm', { 'vm/': '', 'block-device-mbr/': '' }, '-n os vm', {
    elements: 'block-device-mbr os vm',
  }),
  planned('the layout of another architecture for vm', { 'vm/': '', 'block-device-efi/': '' }, '-n -a arm64 os vm', {
    elements: 'block-device-efi os vm',
  }),
  planned(
    'no other layout for vm where one is named',
    { 'vm/': '', 'block-device-own/': '' },
    '-n os vm block-device-own',
    {
      elements: 'block-device-own os vm',
    },
  ),
  refused('an element that is not there', {}, '-n os nowhere', ['image.element-missing', 'nowhere']),
  refused('one that another needs', { 'a/element-deps': 'b\n' }, '-n os a', ['image.element-missing', 'b']),
  refused('an element by its path', a, '-n os ../a', ['image.element-missing', '../a']),
  refused('no system', a, '-n a', ['image.no-operating-system', 'operating-system']),
  refused('two systems', { 'a/element-provides': 'operating-system\n' }, '-n os a', [
    'image.element-provided',
    'operating-system',
  ]),
  refused('an element and one that stands for it', { 'a/element-provides': 'b\n', 'b/': '' }, '-n os a b', [
    'image.element-provided',
    'b',
  ]),

  planned(
    'hooks by their number, without a number first',
    { 'a/install.d/10-z': hook, 'a/install.d/9-y': hook, 'a/install.d/x': hook, 'a/install.d/010-a': hook },
    '-n os a',
    { hooks: 'install.d/x install.d/9-y install.d/010-a install.d/10-z' },
  ),
  planned('no hook with a dot in its name', { 'a/install.d/10-a.sh': hook, 'a/install.d/20-b': hook }, '-n os a', {
    hooks: 'install.d/20-b',
  }),
  planned(
    'hooks of two elements in one order',
    { 'a/install.d/20-a': hook, 'b/install.d/10-b': hook, 'b/cleanup.d/10-b': hook },
    '-n os a b',
    { hooks: 'install.d/10-b install.d/20-a cleanup.d/10-b' },
  ),
  planned(
    'phases in their order',
    {
      'a/cleanup.d/1-a': hook,
      'a/finalise.d/1-a': hook,
      'a/post-root.d/1-a': hook,
      'a/extra-data.d/1-a': hook,
      'a/root.d/1-a': hook,
    },
    '-n os a',
    { hooks: 'root.d/1-a extra-data.d/1-a post-root.d/1-a finalise.d/1-a cleanup.d/1-a' },
  ),
  planned('one name in two phases', { 'a/install.d/1-a': hook, 'b/cleanup.d/1-a': hook }, '-n os a b', {
    hooks: 'install.d/1-a cleanup.d/1-a',
  }),
  refused('one name twice in a phase', { 'a/install.d/1-a': hook, 'b/install.d/1-a': hook }, '-n os a b', [
    'image.duplicate-hook',
    'install.d/1-a',
  ]),
  refused('one file of environment.d twice', { 'a/environment.d/1': '', 'b/environment.d/1': '' }, '-n os a b', [
    'image.duplicate-hook',
    'environment.d/1',
  ]),

  planned('a qcow2 where nothing is said', {}, '-n os', { images: 'image.qcow2' }),
  planned('several types', {}, '-n -t raw,tar,qcow2 -o own os', { images: 'own.raw own.tar own.qcow2' }),
  planned('a suffix that says the type again', {}, '-n -t raw -o own.raw os', { images: 'own.raw' }),
  planned('a squashfs, by the end of its name', {}, '-n -t squashfs os', { images: 'image.squash' }),
  planned('packages of two options', {}, '-n -p one,two -p three os', { packages: 'one two three' }),
  refused('a type that nobody knows', {}, '-n -t raw,own os', ['output.type', '-t own']),
  refused('a folder that is not there', {}, '-n -o nowhere/own os', ['image.folder-missing', 'nowhere']),
  refused('a checksum that nobody knows', {}, '-n os', ['output.checksum', 'DIB_CHECKSUM'], { DIB_CHECKSUM: 'crc' }),
  refused('a size that is not a number', {}, '-n --image-size big os', ['image.number', 'DIB_IMAGE_SIZE']),
  refused('an option that nobody knows', {}, '-n --own os', ['image.unknown-option', '--own']),
  refused('nothing', {}, '-n', ['image.no-elements', 'ELEMENT']),

  planned('one ext4 where nobody describes the disk', {}, '-n os', { root: 'ext4 cloudimg-rootfs at /' }),
  planned('a label of the caller', {}, '-n --root-label own os', { root: 'ext4 own at /' }),
  planned('another type of the caller', {}, '-n os', { root: 'xfs img-rootfs at /' }, { FS_TYPE: 'xfs' }),
  planned('a disk that the caller describes', {}, '-n os', { root: 'ext4 own at /' }, onDisk('type: ext4, label: own')),
  planned(
    'a disk that an element describes',
    { 'a/block-device-default.yaml': '- local_loop: {name: d, mkfs: {type: ext3, mount: {mount_point: /}}}\n' },
    '-n os a',
    { root: 'ext3 mkfs_d at /' },
  ),
  planned(
    'the description for the architecture',
    {
      'a/block-device-default.yaml': '- local_loop: {name: d, mkfs: {type: ext3, mount: {mount_point: /}}}\n',
      'a/block-device-arm64.yaml': '- local_loop: {name: d, mkfs: {type: ext2, mount: {mount_point: /}}}\n',
    },
    '-n -a arm64 os a',
    { root: 'ext2 mkfs_d at /' },
  ),
  refused('a description that is not there', {}, '-n os', ['image.layout-missing', '/nowhere'], {
    DIB_BLOCK_DEVICE_CONFIG: 'file:///nowhere',
  }),
  refused('a label that does not fit', {}, '-n --root-label seventeen-letters os', ['block-device.label', 'mkfs_root']),
  refused(
    'a file system that cannot be made',
    {},
    '-n os',
    ['output.file-system', 'm'],
    onDisk('type: jfs, label: own'),
  ),
  refused('LVM in a file', {}, '-n os', ['block-device.no-files', 'l'], lvm),
  refused('nothing at /', {}, '-n os', ['block-device.mount', 'block device'], layout('')),
];
