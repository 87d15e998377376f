import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DebianVersion } from './debian.ts';

/** A Debian that is set up in another way than the lab's plain one. */
export interface GuestSystem {
  /** Installed on top of the plain packages. */
  readonly packages: readonly string[];
  /** Run in the tree once the packages are there, each a program and its arguments. */
  readonly commands?: readonly (readonly [tool: string, ...args: string[]])[];
  /** Written last: path in the guest to text. */
  readonly files?: Readonly<Record<string, string>>;
}

const labShell = 'env HOME=/root LC_ALL=C.UTF-8 /usr/local/sbin/lab-shell';

/** What a domain of Xen has that no other guest needs: path in the guest to text. */
const domainFiles = Object.fromEntries(
  ['usr/local/sbin/lab-domain-shell', 'etc/systemd/system/lab-shell.service.d/xen.conf'].map((path) => [
    path,
    readFileSync(join(import.meta.dirname, 'xen/domain-files', path), 'utf8'),
  ]),
);

/** The lab's shell is started by the inittab then, before all else. */
const withoutSystemd = [
  ['apt-get', 'purge', '--yes', '--quiet', 'systemd'],
  ['sed', '--in-place', `1i lab::sysinit:${labShell} </dev/null >/dev/null 2>&1 &`, '/etc/inittab'],
] as const;

/**
 * Every kind of guest that tests boot, by the word that a test says: `boot({ debian: 12, system: 'cloud-init' })`.
 * Each is an image of its own, cached as all are. To add one: a row here.
 * A kernel that is named here takes the place of the cloud kernel, which has no bonds, VLANs or wireless.
 */
export const systems = {
  plain: { packages: [] },
  /** What the package recommends for payloads that Node cannot unpack. */
  unpackers: { packages: ['bzip2', 'xz-utils'] },
  /** Debian's cloud-init with its NoCloud data source, which has users, host name and network of its own. */
  'cloud-init': {
    packages: ['cloud-init'],
    files: {
      '/var/lib/cloud/seed/nocloud/meta-data': 'instance-id: lab-1\nlocal-hostname: cloud1\n',
      '/var/lib/cloud/seed/nocloud/user-data': [
        '#cloud-config',
        'hostname: cloud1',
        'users:',
        '  - name: clouduser',
        '    shell: /bin/sh',
        'timezone: Asia/Tokyo',
        // The one locale that the plain guest has.
        'locale: C.UTF-8',
        'package_update: false',
        '',
      ].join('\n'),
      '/var/lib/cloud/seed/nocloud/network-config': [
        'version: 2',
        'ethernets:',
        '  nic0:',
        "    match: { macaddress: '52:54:00:00:00:01' }",
        '    set-name: eth0',
        '    addresses: [192.0.2.77/24]',
        '',
      ].join('\n'),
    },
  },
  /** What else handles disks or first boots on servers; cloud-init finds no data source. */
  peers: { packages: ['cloud-init', 'udisks2'] },
  /** What the package recommends for NICs with several queues. */
  ethtool: { packages: ['ethtool'] },
  networkd: {
    packages: ['systemd-resolved'],
    commands: [
      ['apt-get', 'purge', '--yes', '--quiet', 'ifupdown'],
      ['systemctl', 'enable', '--quiet', 'systemd-networkd.service'],
    ],
  },
  networkmanager: {
    packages: ['network-manager'],
    commands: [['apt-get', 'purge', '--yes', '--quiet', 'ifupdown']],
  },
  netplan: {
    packages: ['netplan.io'],
    commands: [
      ['apt-get', 'purge', '--yes', '--quiet', 'ifupdown'],
      ['systemctl', 'enable', '--quiet', 'systemd-networkd.service'],
    ],
    files: { '/etc/netplan/01-base.yaml': 'network:\n  version: 2\n  renderer: networkd\n' },
  },
  /** What people build on disks: LVM, LUKS, RAID and multipath. */
  layers: { packages: ['cryptsetup-bin', 'lvm2', 'mdadm', 'multipath-tools'] },
  /** LUKS with the libraries by which systemd speaks to a TPM. */
  tpm: { packages: ['cryptsetup-bin', 'libtss2-esys-3.0.2-0', 'libtss2-mu0', 'libtss2-rc0', 'libtss2-tcti-device0'] },
  /** A container engine, and what a container of its own is made of. */
  containers: { packages: ['podman', 'crun', 'busybox-static'] },
  /** With rpm and a database of its own, beside Debian's. */
  rpm: { packages: ['rpm'] },
  /** Debian without systemd. */
  sysvinit: {
    packages: ['sysvinit-core', 'orphan-sysvinit-scripts', 'rsyslog'],
    commands: withoutSystemd,
  },
  /** The same with OpenRC, which reads the run levels of its own and the scripts of both kinds. */
  openrc: {
    packages: ['sysvinit-core', 'orphan-sysvinit-scripts', 'openrc', 'rsyslog'],
    commands: withoutSystemd,
  },
  // With the kernel of Debian that has F2FS, and the tools that make it. (That of Debian 12 has no ntfs3.)
  autofs: { packages: ['autofs', 'f2fs-tools', 'linux-image-amd64'] },
  /** A domain that Xen starts (lab/xen): the lab's shell answers by xenstore, as there is no virtio. */
  xen: { packages: ['xenstore-utils'], files: domainFiles },
  /** The domain that Xen itself starts, without what makes it one: lab/xen/dom0-image.ts adds that. */
  dom0: { packages: ['linux-image-amd64', 'xen-hypervisor-4.17-amd64', 'xen-utils-4.17', 'dnsmasq-base'] },
} as const satisfies Record<string, GuestSystem>;

export type SystemName = keyof typeof systems;

/** The name of an image of this system in the cache; the plain one has none of its own. */
export function imageName(version: DebianVersion, system: SystemName): string {
  return system === 'plain' ? String(version) : `${version}-${system}`;
}
