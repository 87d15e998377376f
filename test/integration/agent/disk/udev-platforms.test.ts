import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/** What udev itself makes of the rules for a disk that says this of itself; nothing of the machine's own /run and /etc is touched. */
const script = `
set -e
mount -t tmpfs none /run
mkdir -p /run/udev/rules.d
cp rules/86-gandi.rules /run/udev/rules.d/
printf '%s\\n' "SUBSYSTEM==\\"block\\", ENV{ID_SERIAL}=\\"$3\\", ENV{ID_VENDOR}=\\"$4\\"" >/run/udev/rules.d/85-disk.rules
mount -t tmpfs none /etc/default
[ -z "$2" ] || printf 'CONFIG_DATA_DISKS="%s"\\n' "$2" >/etc/default/gandi
if [ -n "$5" ]; then
  printf '%s\\n' "$5" >/run/vendor
  mount --bind /run/vendor "$(readlink -f /sys/class/dmi/id)/$6"
fi
udevadm test --action=add "/sys/block/$1" 2>&1
`;

/** A whole disk that the rules do not pass over, of a kind; undefined where this machine has none. */
const diskLike = (pattern: RegExp) => readdirSync('/sys/block').find((name) => pattern.test(name));

interface Asked {
  readonly disk: string;
  readonly words?: string;
  readonly serial?: string;
  readonly vendor?: string;
  /** What the DMI says, in which of its files. */
  readonly dmi?: readonly [text: string, file: string];
}

/** @returns the word by which udev marks it; undefined if it does not */
function markOf({
  disk,
  words = '',
  serial = '',
  vendor = '',
  dmi: [text, file] = ['', ''],
}: Asked): string | undefined {
  const args = ['--mount', 'sh', '-c', script, 'sh', disk, words, serial, vendor, text, file];
  const said = execFileSync('unshare', args, { encoding: 'utf8' });
  expect(said).not.toMatch(/86-gandi\.rules:\d+.*(?:[Ii]nvalid|[Uu]nknown)/);
  // Other programs get what udev knows of a disk, and multipathd has little room for it.
  expect(said).not.toMatch(/^(?:CONFIG_|GANDI_HOOK_DIR)/m);
  const mark = /^GANDI_DATA_DISK_OF=(.*)$/m.exec(said)?.[1];
  expect(said.includes('spool-event disk')).toBe(mark !== undefined);
  return mark;
}

const anyDisk = diskLike(/^(?:sd|vd|xvd|nvme)/);
const virtioDisk = diskLike(/^vd/);
const hetzner = { serial: '0HC_Volume_4711', vendor: 'HC' };

describe('CONFIG_DATA_DISKS, read by udev', () => {
  test.for([
    ['hetzner', hetzner, 'hetzner'],
    ['gandi  hetzner', hetzner, 'hetzner'],
    ['gandi', hetzner, undefined],
    ['xhetzner', hetzner, undefined],
    ['digitalocean', { serial: '0DO_Volume_backup' }, 'digitalocean'],
    ['gce', { serial: '0Google_PersistentDisk_data' }, 'gce'],
    ['scaleway', { vendor: 'SCW' }, 'scaleway'],
    ['gandi', { vendor: 'gandi.ne' }, 'gandi'],
    ['', hetzner, undefined],
    ['all-but-system', { serial: 'any' }, 'all-but-system'],
    ['all-but-system', { serial: 'gandiswap' }, undefined],
  ] as const)('%j with %j: %s', ([words, seen, mark], { skip }) => {
    if (anyDisk === undefined) return skip('this machine has no disk that the rules look at');
    expect(markOf({ disk: anyDisk, words, ...seen })).toBe(mark);
  });

  test.for([
    ['openstack', '0b6dbbcd-1d3e-4f0a-9', 'openstack'],
    ['openstack', 'data', undefined],
    ['virtio', 'data', 'virtio'],
    ['virtio', 'gandiswap', undefined],
  ] as const)('%j with the serial %j of virtio: %s', ([words, serial, mark], { skip }) => {
    if (virtioDisk === undefined) return skip('this machine has no virtio disk');
    expect(markOf({ disk: virtioDisk, words, serial })).toBe(mark);
  });

  test.for([
    ['', ['Hetzner', 'sys_vendor'], hetzner, 'hetzner'],
    ['auto', ['Hetzner', 'sys_vendor'], hetzner, 'hetzner'],
    ['auto', ['DigitalOcean', 'sys_vendor'], hetzner, undefined],
    ['gandi', ['Hetzner', 'sys_vendor'], hetzner, undefined],
    ['auto', ['Google Compute Engine', 'product_name'], { serial: '0Google_PersistentDisk_x' }, 'gce'],
  ] as const)('%j where the DMI says %j, with %j: %s', ([words, dmi, seen, mark], { skip }) => {
    if (anyDisk === undefined) return skip('this machine has no disk that the rules look at');
    if (!existsSync(`/sys/class/dmi/id/${dmi[1]}`)) return skip('this machine has no DMI');
    expect(markOf({ disk: anyDisk, words, dmi, ...seen })).toBe(mark);
  });
});

/** Whether the rules hand an array over whose SYSTEMD_READY is that. The disk plays the array: few machines have one. */
function isHandedOver(disk: string, ready: string): boolean {
  const script = `
set -e
mount -t tmpfs none /run
mkdir -p /run/udev/rules.d
sed "s/md\\*/$1/g" rules/86-gandi.rules >/run/udev/rules.d/86-gandi.rules
printf 'SUBSYSTEM=="block", ENV{SYSTEMD_READY}="%s"\\n' "$2" >/run/udev/rules.d/85-disk.rules
mount -t tmpfs none /etc/default
printf 'CONFIG_LAYERS="md"\\n' >/etc/default/gandi
udevadm test --action=add "/sys/block/$1" 2>&1
`;
  const said = execFileSync('unshare', ['--mount', 'sh', '-c', script, 'sh', disk, ready], { encoding: 'utf8' });
  expect(said).not.toMatch(/86-gandi\.rules:\d+.*(?:[Ii]nvalid|[Uu]nknown)/);
  return said.includes('spool-event disk');
}

describe('SYSTEMD_READY of an array, a boolean of systemd', () => {
  test.for([
    ...['0', 'no', 'n', 'False', 'F', 'oFF'].map((value) => [value, false] as const),
    ...['1', 'yes', '', 'none', 'offline', '00'].map((value) => [value, true] as const),
  ])('%j: is handed over: %s', ([value, isReady], { skip }) => {
    if (anyDisk === undefined) return skip('this machine has no disk that the rules look at');
    expect(isHandedOver(anyDisk, value)).toBe(isReady);
  });
});
