import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { converge } from '../../../../src/agent/action/converge.ts';
import { observeOldAgent } from '../../../../src/agent/migration/old-agent.ts';
import { planMigration } from '../../../../src/agent/migration/plan.ts';
import { setFlag } from '../../../../src/agent/migration/set-flag.ts';
import { type MachineTree, machineTree } from '../../core/system/machine-tree.ts';
import { loopOf } from '../action/loop-of.ts';

const rulesPath = '/etc/udev/rules.d/86-gandi.rules';
const flagsPath = '/etc/default/gandi';

// The form of its lines: of one behaviour a line, which names the handler of that behaviour.
const rules = (lines: Partial<Record<'disk' | 'nic' | 'cpu' | 'memory', string>> = {}) =>
  [
    `${lines.disk ?? ''}SUBSYSTEM=="block", ENV{ID_VENDOR}=="gandi.ne", RUN+="/usr/share/gandi/manage_data_disk.py"`,
    `${lines.nic ?? ''}SUBSYSTEM=="net", KERNEL=="eth?", RUN+="/usr/share/gandi/manage_iface.sh"`,
    `${lines.cpu ?? ''}SUBSYSTEM=="cpu", ACTION=="add", RUN+="/usr/share/gandi/cpu_online.script"`,
    `${lines.memory ?? ''}SUBSYSTEM=="memory", RUN+="/usr/share/gandi/manage_memory.script"`,
    '',
  ].join('\n');

async function migrated(files: Readonly<Record<string, string>>, prepare?: (tree: MachineTree) => void) {
  const tree = await machineTree({ [flagsPath]: 'CONFIG_ALLOW_MOUNT=1\nCONFIG_MEMORY_HOTPLUG=1\n', ...files });
  prepare?.(tree);
  const outcomes = await converge(
    loopOf(async () => planMigration(await observeOldAgent(tree.system))),
    tree.system,
  );
  expect(outcomes.filter(({ failure }) => failure !== null)).toEqual([]);
  return tree;
}

test('the old rules are out of the way, and kept', async () => {
  const { system } = await migrated({ [rulesPath]: rules() });
  expect(await system.files.read(rulesPath)).toBeUndefined();
  const kept = await system.files.list('/var/lib/gandi/replaced/etc/udev/rules.d');
  expect(await system.files.read(`/var/lib/gandi/replaced/etc/udev/rules.d/${kept[0]}`)).toBe(rules());
});

test('what the admin commented out there is off in the flags', async () => {
  const { system } = await migrated({ [rulesPath]: rules({ disk: '#', memory: '# ', nic: '#' }) });
  expect(await system.files.read(flagsPath)).toBe(
    'CONFIG_ALLOW_MOUNT=0\nCONFIG_MEMORY_HOTPLUG=0\nCONFIG_NIC_HOTPLUG=0\n',
  );
});

test('L8: a line that the old package itself disabled says nothing about what the admin wants', async () => {
  const { system } = await migrated({ [rulesPath]: rules({ disk: '#disabled#' }) });
  expect(await system.files.read(flagsPath)).toContain('CONFIG_ALLOW_MOUNT=1');
});

test("an admin's own rules, and a copy of ours, are left alone", async () => {
  const own = 'SUBSYSTEM=="block", RUN+="/usr/lib/gandi/spool-event disk"\n';
  const { system } = await migrated({ [rulesPath]: own });
  expect(await system.files.read(rulesPath)).toBe(own);
});

test('L28: init scripts and links to what is gone are removed', async () => {
  const script = '#!/bin/sh\nrun-parts /usr/share/gandi/bootstrap.d\n';
  const wants = '/etc/systemd/system/multi-user.target.wants';
  const files = { '/etc/init.d/gandi-bootstrap': script, '/etc/init.d/cron': '' };
  const { system, root } = await migrated(files, (tree) => {
    link(tree, '/etc/rc2.d/S01gandi-bootstrap', '../init.d/gandi-bootstrap');
    link(tree, '/etc/rc2.d/S02cron', '../init.d/cron');
    link(tree, `${wants}/gandi-sshdkeygen.service`, '/lib/systemd/system/gandi-sshdkeygen.service');
  });
  expect(await system.files.list('/etc/init.d')).toEqual(['cron']);
  expect(readdirSync(join(root, 'etc/rc2.d'))).toEqual(['S02cron']);
  expect(readdirSync(join(root, wants))).toEqual([]);
});

test('links to units of ours stay', async () => {
  const name = 'gandi-mount.service';
  const wants = '/etc/systemd/system/multi-user.target.wants';
  const { root } = await migrated({ [`/usr/lib/systemd/system/${name}`]: '[Unit]\n' }, (tree) => {
    link(tree, `${wants}/${name}`, `/usr/lib/systemd/system/${name}`);
  });
  expect(readdirSync(join(root, wants))).toEqual([name]);
});

test('a machine that never had the old agent is left as it is', async () => {
  const { root } = await migrated({});
  expect(readFileSync(join(root, flagsPath), 'utf8')).toBe('CONFIG_ALLOW_MOUNT=1\nCONFIG_MEMORY_HOTPLUG=1\n');
});

test.each([
  ['A=1\n', 'A=0\n'],
  ['export A = "yes" # why\n', 'export A =0\n'],
  ['AB=1\n', 'AB=1\nA=0\n'],
  ['', 'A=0\n'],
  ['B=1', 'B=1\nA=0\n'],
])('%j with A off is %j', (text, expected) => {
  expect(setFlag(text, 'A', '0')).toBe(expected);
});

const replaced = '/var/lib/gandi/rules-before-upgrade';
const shipped = readFileSync('rules/86-gandi.rules', 'utf8');

/** As an admin does it: one line, as the header of the file says. */
function commentedOut(device: 'disk' | 'nic'): string {
  return shipped.replace(new RegExp(`^(?=ENV.*spool-event ${device}")`, 'm'), '#');
}

test.each(['disk', 'nic'] as const)(
  'one line of the shipped rules hands over each %s, and its flag is off without it',
  async (device) => {
    expect(shipped.split('\n').filter((line) => line.includes(`spool-event ${device}"`))).toHaveLength(1);
    const { system } = await migrated({ [replaced]: commentedOut(device) });
    const flag = { disk: 'CONFIG_ALLOW_MOUNT', nic: 'CONFIG_NIC_HOTPLUG' }[device];
    expect(await system.files.read(flagsPath)).toContain(`${flag}=0\n`);
  },
);

test.each([
  ["the old agent's", rules({ disk: '#' })],
  ['our own', commentedOut('disk')],
])(
  'what was commented out in %s rules below /lib, which the package replaced, is off in the flags',
  async (_, text) => {
    const { system } = await migrated({ [replaced]: text });
    expect(await system.files.read(flagsPath)).toBe('CONFIG_ALLOW_MOUNT=0\nCONFIG_MEMORY_HOTPLUG=1\n');
    expect(await system.files.read(replaced)).toBeUndefined();
  },
);

test.each([
  ['edited and kept', '/etc/auto.master.d/gandi.autofs'],
  ['beside the new one of dpkg', '/etc/auto.master.d/gandi.autofs.dpkg-old'],
  ['beside the new one of rpm', '/etc/auto.master.d/gandi.autofs.rpmsave'],
])('the folder of the map of autofs, %s, is that of data disks', async (_, path) => {
  const { system } = await migrated({ [path]: '# disks\n/data /etc/auto.gandi --timeout=2592000\n' });
  expect(await system.files.read(flagsPath)).toContain('CONFIG_DISK_ROOT="/data"\n');
});

test.each([
  ['the usual one', '/srv /etc/auto.gandi\n', {}],
  ['of a line that is off', '#/data /etc/auto.gandi\n', {}],
  ['of another map', '/data /etc/auto.mine\n', {}],
  ['hostile', '/data/$(reboot) /etc/auto.gandi\n', {}],
  ['not the one that the flags name', '/data /etc/auto.gandi\n', { [flagsPath]: 'CONFIG_DISK_ROOT="/mine"\n' }],
])('a folder that is %s changes no flag', async (_, text, flags) => {
  const { system } = await migrated({ '/etc/auto.master.d/gandi.autofs': text, ...flags });
  expect(await system.files.read(flagsPath)).not.toMatch(/DISK_ROOT="\/data/);
});

test.each([
  ['a line commented out', commentedOut('disk'), true],
  ['as it was shipped', shipped, false],
])("the deb's preinst keeps the rules that are replaced: %s", async (_, text, isKept) => {
  const { system, root } = await machineTree({ '/lib/udev/rules.d/86-gandi.rules': text });
  spawnSync('sh', ['deb/gandi-vm-agent.preinst', 'upgrade', '3.0.0'], { env: { ...process.env, DPKG_ROOT: root } });
  expect(await system.files.read(replaced)).toBe(isKept ? text : undefined);
});

function link({ root }: MachineTree, path: string, target: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(target, join(root, path));
}
