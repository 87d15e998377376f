/** What differs between the distributions that a PreOS is made of. */
export interface Distribution {
  readonly name: string;
  readonly suite: string;
  /** null where mmdebstrap(1) knows it. */
  readonly mirror: string | null;
  readonly components: string;
  /** Keys of the archive, of the package that Debian has for them; null for those of the host. */
  readonly keyring: string | null;
  readonly init: 'systemd' | 'sysv';
  readonly kernel: string;
  readonly packages: readonly string[];
}

/** What machines are installed with; the libraries are those that this program needs, which is sent to a machine that it installs. */
const tools = [
  'btrfs-progs',
  'ca-certificates',
  'curl',
  'dosfstools',
  'e2fsprogs',
  'fdisk',
  'gdisk',
  'iproute2',
  'kmod',
  'libatomic1',
  'libstdc++6',
  'lvm2',
  'mdadm',
  'openssh-server',
  'udev',
  'util-linux',
  'xfsprogs',
  'xz-utils',
  'zstd',
];

/** What is put beside the kernel in a PXE folder, by BIOS and by UEFI. */
const loaders = ['pxelinux', 'syslinux-common', 'grub-efi-amd64-signed', 'shim-signed'];

const withSystemd = ['dbus', 'systemd-sysv', ...tools, ...loaders];

/** By the name of the PreOS. To add one: a line here. */
export const distributions: readonly Distribution[] = [
  {
    name: 'debian',
    suite: 'stable',
    mirror: null,
    components: 'main',
    keyring: null,
    init: 'systemd',
    kernel: 'linux-image-amd64',
    packages: ['systemd-resolved', ...withSystemd],
  },
  {
    name: 'devuan',
    suite: 'stable',
    mirror: 'http://deb.devuan.org/merged',
    components: 'main',
    keyring: '/usr/share/keyrings/devuan-archive-keyring.gpg',
    init: 'sysv',
    kernel: 'linux-image-amd64',
    packages: ['ifupdown', 'isc-dhcp-client', 'sysvinit-core', ...tools, ...loaders],
  },
  {
    name: 'ubuntu',
    suite: 'noble',
    mirror: 'http://archive.ubuntu.com/ubuntu',
    components: 'main,universe',
    keyring: '/usr/share/keyrings/ubuntu-archive-keyring.gpg',
    init: 'systemd',
    kernel: 'linux-image-generic',
    packages: ['systemd-resolved', ...withSystemd],
  },
];
