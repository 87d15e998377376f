import type { BuildOptions } from './build-options.ts';
import type { Distribution } from './distributions.ts';
import { usualTrigger } from './usual-trigger.ts';

/** A file of the PreOS; owner is root. */
export interface TreeFile {
  readonly path: string;
  readonly mode: number;
  readonly content: string;
}

export interface TreeLink {
  readonly path: string;
  readonly target: string;
}

/** What makes a tree of packages a PreOS. */
export interface TreePlan {
  readonly files: readonly TreeFile[];
  readonly links: readonly TreeLink[];
  /** Commands that are run in the tree, in this order. */
  readonly commands: readonly (readonly string[])[];
  /** Files, or patterns of files, that the tree does not need. */
  readonly removed: readonly string[];
}

/** @param keys lines of authorized_keys */
export function planTree(distribution: Distribution, options: BuildOptions, keys: readonly string[]): TreePlan {
  const withSystemd = distribution.init === 'systemd';
  const services = ['preos-host-keys', triggerService];
  return {
    files: [
      file('etc/hostname', 'preos\n'),
      ...(withSystemd ? systemdFiles : sysvFiles),
      ...triggerFiles(options.triggerCommand, distribution),
      ...(keys.length === 0 ? [] : [{ path: 'root/.ssh/authorized_keys', mode: 0o600, content: lines(keys) }]),
    ],
    links: [
      { path: 'init', target: '/sbin/init' },
      ...assemblers.map((rules) => ({ path: `etc/udev/rules.d/${rules}`, target: '/dev/null' })),
      ...(withSystemd ? [{ path: 'etc/resolv.conf', target: '../run/systemd/resolve/stub-resolv.conf' }] : []),
    ],
    commands: withSystemd
      ? [['systemctl', 'enable', 'systemd-networkd', 'systemd-resolved', ...services]]
      : services.map((service) => ['update-rc.d', service, 'defaults']),
    removed: withSystemd ? removed : [...removed, 'etc/resolv.conf'],
  };
}

/**
 * Rules of udev, udev(7), that make volumes and RAIDs of the disks that are there: a disk that is part of one cannot be
 * written, and what is on the disks of a machine is decided by the one who installs it.
 */
const assemblers = ['64-md-raid-assembly.rules', '69-lvm.rules'];

export const triggerService = 'cdist-preos-trigger';

function file(path: string, content: string, mode = 0o644): TreeFile {
  return { path, mode, content };
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}

/**
 * Keys that every machine of the same PreOS would share, lists of packages, what tells one machine from another, and the
 * libraries of languages that only maintainer scripts and xfs_scrub_all(8) are written in.
 */
const removed = [
  'etc/ssh/ssh_host_*',
  'var/lib/apt/lists/*',
  'var/cache/apt/*.bin',
  'var/cache/debconf/*-old',
  'var/lib/dpkg/*-old',
  'var/log/*.log',
  'var/log/apt/*',
  'var/lib/systemd/random-seed',
  'var/lib/dbus/machine-id',
  'usr/lib/python3*',
  'usr/share/perl/*',
];

const systemdFiles = [
  // Empty: every machine gets an id of its own at each boot. machine-id(5), "First Boot Semantics".
  file('etc/machine-id', ''),
  file(
    'etc/systemd/network/80-preos.network',
    `# Whatever is plugged in gets an address.
[Match]
Type=ether
Kind=!*

[Network]
DHCP=yes

[Link]
RequiredForOnline=yes
`,
  ),
  file(
    'etc/systemd/system/systemd-networkd-wait-online.service.d/preos.conf',
    `# One network is enough: the others may have no cable.
[Service]
ExecStart=
ExecStart=/lib/systemd/systemd-networkd-wait-online --any
`,
  ),
  file(
    'etc/systemd/system/preos-host-keys.service',
    `[Unit]
Description=SSH host keys of this machine
Before=ssh.service ssh.socket

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/bin/ssh-keygen -A

[Install]
WantedBy=multi-user.target ssh.service
`,
  ),
];

const sysvFiles = [
  file(
    'etc/network/interfaces',
    `auto lo
iface lo inet loopback

auto /eth*
allow-hotplug /eth*
iface /eth* inet dhcp
`,
  ),
  file('etc/init.d/preos-host-keys', initScript('preos-host-keys', 'ssh', '/usr/bin/ssh-keygen -A'), 0o755),
];

/** Where no command was given, the kernel's command line decides: one PreOS serves any number of servers. */
function triggerFiles(command: string | null, { init }: Distribution): TreeFile[] {
  const starter =
    init === 'systemd'
      ? file(
          `etc/systemd/system/${triggerService}.service`,
          `[Unit]
Description=Tell the server that this machine is up
${command === null ? 'ConditionKernelCommandLine=trigger\n' : ''}Wants=network-online.target
After=network.target network-online.target preos-host-keys.service ssh.service

[Service]
Type=simple
ExecStart=/usr/lib/preos/trigger
Restart=on-failure
RestartSec=5

[Install]
WantedBy=multi-user.target
`,
        )
      : file(`etc/init.d/${triggerService}`, initScript(triggerService, '', '/usr/lib/preos/trigger &'), 0o755);
  return [
    starter,
    file('usr/lib/preos/trigger-command', `#!/bin/sh\nset -e\n${command ?? usualTrigger}\n`, 0o755),
    file('usr/lib/preos/trigger', trigger, 0o755),
  ];
}

/** A server that is down when a room gets its power back is asked until it answers. */
const trigger = `#!/bin/sh
# Runs the trigger until it succeeds, and waits longer after each failure: 1 s, 2 s, 4 s, at most a minute.
wait=1
until /usr/lib/preos/trigger-command; do
  echo "the trigger failed; it is run again in $wait s" >&2
  sleep "$wait"
  wait=$((wait * 2))
  [ "$wait" -le 60 ] || wait=60
done
`;

function initScript(name: string, before: string, command: string): string {
  return `#!/bin/sh
### BEGIN INIT INFO
# Provides:          ${name}
# Required-Start:    $remote_fs $network
# Required-Stop:
# X-Start-Before:    ${before}
# Default-Start:     2 3 4 5
# Default-Stop:
# Short-Description: ${name}
### END INIT INFO
[ "$1" = start ] || exit 0
${command}
`;
}
