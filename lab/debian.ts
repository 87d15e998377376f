export type DebianVersion = 12 | 13;

/** What a guest of each Debian version is made of, as data. */
export const suites: Readonly<Record<DebianVersion, string>> = { 12: 'bookworm', 13: 'trixie' };

/** Packages of every guest: a small server as customers have it, and what tests look at it with. */
export const packages = [
  'apt',
  'busybox-static',
  'btrfs-progs',
  'ca-certificates',
  'cron',
  'dbus',
  'e2fsprogs',
  'fdisk',
  'gdisk',
  'ifupdown',
  'iproute2',
  'iputils-ping',
  'isc-dhcp-client',
  'kmod',
  'linux-image-cloud-amd64',
  'openssh-server',
  'procps',
  'psmisc',
  'systemd',
  'systemd-sysv',
  'udev',
  'util-linux',
  'xfsprogs',
] as const;
