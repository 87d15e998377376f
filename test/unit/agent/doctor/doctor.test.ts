import { chmod, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { diagnose } from '../../../../src/agent/doctor/diagnose.ts';
import { observeForDoctor } from '../../../../src/agent/doctor/doctor-facts.ts';
import { runProgram } from '../../../../src/core/command/run-program.ts';
import type { ListedDisk } from '../../../../src/agent/disk/describe-disk.ts';
import { sortFindings } from '../../../../src/agent/doctor/finding-lines.ts';
import { agent } from '../../../../src/agent/main.ts';
import { attached, mountAt, record } from '../disk/disk-example.ts';
import { listed, twelveDisks } from '../disk/listed-disk-example.ts';
import { type MachineTree, machineTree } from '../../core/system/machine-tree.ts';

const wants = '/etc/systemd/system';
const healthy = {
  '/etc/default/gandi': 'CONFIG_CRON=1\n',
  '/etc/resolv.conf': 'nameserver 192.0.2.53\n',
  '/proc/self/mountinfo': '22 1 8:1 / / rw - ext4 /dev/sda1 rw\n',
  '/var/lib/gandi/applied.json': '{}',
  [`${wants}/multi-user.target.wants/gandi-bootstrap.service`]: '',
  [`${wants}/multi-user.target.wants/gandi-config.service`]: '',
  [`${wants}/multi-user.target.wants/gandi-mount.service`]: '',
  [`${wants}/multi-user.target.wants/gandi-postboot.service`]: '',
  [`${wants}/multi-user.target.wants/gandi-network.service`]: '',
  [`${wants}/paths.target.wants/gandi-hotplug.path`]: '',
};

async function findingsOf(files: Readonly<Record<string, string>>, change?: (tree: MachineTree) => Promise<unknown>) {
  const tree = await machineTree({ ...healthy, ...files });
  await change?.(tree);
  return diagnose(await observeForDoctor(tree.system));
}

test('nothing is found on a machine where all is well', async () => {
  expect(await findingsOf({})).toEqual([]);
});

const failed = {
  result: 'failed',
  exitCode: 1,
  startedAt: 1,
  endedAt: 2,
  changed: [],
  failures: [{ step: 'timezone', code: 'x', message: 'no such zone' }],
};
const lost = {
  sequence: 1,
  handler: 'disk',
  device: '/dev/sdb',
  action: 'remove',
  spooledAt: 1,
  startedAt: 2,
  endedAt: 3,
  events: 1,
  changed: [],
  failures: ['what was not written to it yet is lost'],
};
const rules = '/etc/udev/rules.d/86-gandi.rules';
const shipped = readFileSync('rules/86-gandi.rules', 'utf8');
const autofs = '40 22 0:40 / /srv rw - autofs /etc/auto.gandi rw\n';

const cases: ReadonlyArray<readonly [string, Readonly<Record<string, string>>]> = [
  ['flag-off', { '/etc/default/gandi': 'CONFIG_ALLOW_MOUNT=0\n' }],
  ['flag-mistake', { '/etc/default/gandi': 'CONFIG_CRON=yes\n' }],
  ['flag-unknown', { '/etc/default/gandi': 'CONFIG_ALOW_MOUNT=1\n' }],
  ['event-failed', { '/run/gandi/timeline.jsonl': `${JSON.stringify(lost)}\n` }],
  ['rule-commented-out', { '/usr/lib/udev/rules.d/86-gandi.rules': shipped.replace(/^(?=.*spool-event nic)/m, '#') }],
  ['autofs-elsewhere', { '/etc/auto.master.d/gandi.autofs': '/data /etc/auto.gandi --timeout=5\n' }],
  ['rule-commented-out', { [rules]: shipped.replace(/^(?=.*spool-event disk)/m, '#disabled#') }],
  ['rules-shadowed', { [rules]: '# nothing\n' }],
  ['rules-old', { [rules]: 'SUBSYSTEM=="block", RUN+="/usr/share/gandi/manage_data_disk.py"\n' }],
  ['autofs', { '/proc/self/mountinfo': healthy['/proc/self/mountinfo'] + autofs }],
  ['cloud-init', { '/run/cloud-init/enabled': '' }],
  ['events-waiting', { '/run/gandi/spool/7-disk': 'ACTION=add\0' }],
  ['stage-failed', { '/run/gandi/status/config.json': JSON.stringify({ version: 1, stage: failed }) }],
  ['old-agent', { '/usr/share/gandi/bootstrap.d/01-config_swap': '' }],
  [
    'memory-offline',
    {
      '/sys/devices/system/memory/block_size_bytes': '8000000\n',
      '/sys/devices/system/memory/memory0/state': 'online\n',
      '/sys/devices/system/memory/memory32/state': 'offline\n',
    },
  ],
  [
    'memory-not-taken',
    {
      '/sys/devices/system/xen_memory/xen_memory0/target_kb': '2097152\n',
      '/sys/devices/system/xen_memory/xen_memory0/info/current_kb': '1048576\n',
    },
  ],
  [
    'swap-pulled',
    { '/proc/swaps': 'Filename\t\tType\n/dev/xvdz\\040(deleted)                  partition\t261116\t\t0\t\t-2\n' },
  ],
  ['cpu-offline', { '/sys/devices/system/cpu/present': '0-3\n', '/sys/devices/system/cpu/online': '0,2-3\n' }],
  ['hook-not-executable', { '/etc/gandi/hooks/post-disk-attach': 'true\n' }],
];

test.each(cases)('%s is found, alone, with its fix and its heading in the docs', async (code, files) => {
  const findings = await findingsOf(files);
  expect(findings.map((finding) => finding.code)).toEqual([code]);
  expect(findings[0]?.fix).not.toBe('');
  expect(readFileSync('docs/troubleshooting.md', 'utf8')).toContain(`\`${code}\``);
});

test.each([
  [
    'rules-shadowed',
    async ({ root, system }: MachineTree) => {
      await system.files.makeDirectory('/etc/udev/rules.d', 0o755);
      await symlink('/dev/null', join(root, rules));
    },
  ],
  [
    'unit-off',
    ({ root, system }: MachineTree) => {
      void root;
      return system.files.remove(`${wants}/paths.target.wants/gandi-hotplug.path`);
    },
  ],
  ['unit-off', ({ root }: MachineTree) => symlink('/dev/null', join(root, wants, 'gandi-config.service'))],
  ['no-payload', ({ system }: MachineTree) => system.files.remove('/var/lib/gandi/applied.json')],
  [
    'resolver-owned',
    async ({ root, system }: MachineTree) => {
      await system.files.remove('/etc/resolv.conf');
      await symlink('../run/resolvconf/resolv.conf', join(root, 'etc/resolv.conf'));
    },
  ],
] as const)('%s is found by its link', async (code, change) => {
  expect((await findingsOf({}, change)).map((finding) => finding.code)).toEqual([code]);
  expect(readFileSync('docs/troubleshooting.md', 'utf8')).toContain(`\`${code}\``);
});

test("an edited copy of the rules that still hands over the events is the admin's good right", async () => {
  expect(await findingsOf({ [rules]: shipped })).toEqual([]);
});

test('what somebody decided is not a problem', async () => {
  const findings = await findingsOf({ '/etc/default/gandi': 'CONFIG_ALLOW_MOUNT=0\nCONFIG_CRON=yes\n' });
  expect(findings.map(({ code, isChoice }) => [code, isChoice])).toEqual([
    ['flag-off', true],
    ['flag-mistake', false],
  ]);
});

test('an executable hook is fine', async () => {
  const path = '/etc/gandi/hooks/post-disk-attach';
  expect(await findingsOf({ [path]: '' }, ({ root }) => chmod(join(root, path), 0o700))).toEqual([]);
});

test.each([
  ['CONFIG_MEMORY_HOTPLUG=0', {}, /^128 MiB of memory are attached and offline: CONFIG_MEMORY_HOTPLUG=0$/],
  ['', { [rules]: shipped }, /the rules in .* are in force/],
  ['', {}, /somebody put it offline/],
])('why memory is not there, with %j and %j', async (flagLine, files, reason) => {
  const memory = {
    '/sys/devices/system/memory/block_size_bytes': '8000000\n',
    '/sys/devices/system/memory/memory32/state': 'offline\n',
  };
  const findings = await findingsOf({ ...memory, ...files, '/etc/default/gandi': `${flagLine}\n` });
  const found = findings.find(({ code }) => code === 'memory-offline');
  expect(found?.problem).toMatch(reason);
  expect(found?.fix).toContain('chmem --enable 128M');
});

test('memory that is attached and offline is not called missing, too', async () => {
  const findings = await findingsOf({
    '/sys/devices/system/memory/block_size_bytes': '8000000\n',
    '/sys/devices/system/memory/memory32/state': 'offline\n',
    '/sys/devices/system/xen_memory/xen_memory0/target_kb': '1179648\n',
    '/sys/devices/system/xen_memory/xen_memory0/info/current_kb': '1048576\n',
  });
  expect(findings.map(({ code }) => code)).toEqual(['memory-offline']);
});

async function findingsOfDisks(...disks: readonly ListedDisk[]) {
  return diagnose({ ...(await observeForDoctor((await machineTree(healthy)).system)), disks });
}

test.each([
  ['disk-left-alone', 'blank', listed({ attached: { ...attached, fileSystem: undefined } }), 'mkfs.ext4'],
  ['disk-left-alone', 'unmounted by hand', listed({ records: [record] }), 'disk attach /dev/sdb'],
  [
    'disk-hidden',
    'under autofs',
    listed({
      records: [record],
      mounts: [mountAt('/srv/data'), { ...mountAt('/srv', '0:40', '/etc/auto.gandi'), fileSystem: 'autofs' }],
    }),
    'unmount /srv',
  ],
  [
    'disk-not-managed',
    "a known platform's",
    listed({ attached: { ...attached, isDataDisk: false } }, { looksLike: 'hetzner' }),
    'CONFIG_DATA_DISKS="auto hetzner"',
  ],
])('%s: a disk that is %s, with what to do', async (code, __, disk, fix) => {
  const [finding, ...others] = await findingsOfDisks(disk);
  expect(finding).toMatchObject({ code, fix: expect.stringContaining(fix) });
  expect(others).toEqual([]);
  expect(readFileSync('docs/troubleshooting.md', 'utf8')).toContain(`\`${code}\``);
});

test.each([
  ['mounted', listed({ records: [record], mounts: [mountAt('/srv/data')] })],
  ['a disk of nobody that looks like no known volume', listed({ attached: { ...attached, isDataDisk: false } })],
  ['the system disk', listed({ attached: { ...attached, isSystemDisk: true } })],
])('%s: there is nothing to say', async (__, disk) => {
  expect(await findingsOfDisks(disk)).toEqual([]);
});

test('the remedy of postboot does not say that it is run again', async () => {
  const findings = await findingsOf({
    '/run/gandi/status/postboot.json': JSON.stringify({ version: 1, stage: failed }),
  });
  expect(findings[0]?.fix).toContain('/gandi/script');
  expect(findings[0]?.fix).not.toContain('restart');
});

test('each command of the agent in a remedy is one that it has', async () => {
  const all = [
    ...(await Promise.all(cases.map(([, files]) => findingsOf(files)))).flat(),
    ...(await findingsOfDisks(...twelveDisks)),
  ];
  const commands = all.flatMap(({ fix }) =>
    [...fix.matchAll(/`gandi-agent ([^`]*)`/g)].map(([, words = '']) => words.split(' ')),
  );
  const silent = () => undefined;
  const terminal = { out: silent, err: silent, json: silent, verbatim: silent };
  const answers = await Promise.all(commands.map((words) => runProgram(agent, [...words, '--help'], terminal)));
  expect(commands.length).toBeGreaterThan(5);
  expect(answers.filter((answer) => answer !== 0)).toEqual([]);
});

test('problems come first, then notes, then choices', () => {
  const choice = { code: 'a', problem: 'a', fix: '', isChoice: true };
  const note = { code: 'b', problem: 'b', fix: '', isChoice: true, isNote: true };
  const problem = { code: 'c', problem: 'c', fix: '', isChoice: false };
  expect(sortFindings([choice, note, problem]).map(({ code }) => code)).toEqual(['c', 'b', 'a']);
});

/** What a remedy tells to edit is edited here; the finding is gone then. */
test.each([
  ['flag-off', 'CONFIG_ALLOW_MOUNT=0', 'CONFIG_ALLOW_MOUNT=1'],
  ['flag-mistake', 'CONFIG_CRON=yes', 'CONFIG_CRON=1'],
  ['flag-unknown', 'CONFIG_ALOW_MOUNT=1', 'CONFIG_ALLOW_MOUNT=1'],
])('%s: the remedy does what it says', async (code, before, after) => {
  const [finding] = await findingsOf({ '/etc/default/gandi': `${before}\n` });
  expect(finding?.code).toBe(code);
  expect(await findingsOf({ '/etc/default/gandi': `${after}\n` })).toEqual([]);
});

test.each([
  ['an address that is not there is a problem', ['192.0.2.10/24'], '', [['network-differs', false]]],
  ['one more than configured is a note', [], '', [['network-differs', true]]],
  ['a network that is not ours to configure is not', ['192.0.2.10/24'], 'CONFIG_NETWORK=0', [['flag-off', true]]],
] as const)('network: %s', async (_, lacks, flag, expected) => {
  const facts = await observeForDoctor((await machineTree({ ...healthy, '/etc/default/gandi': `${flag}\n` })).system);
  const networkDifferences = [{ name: 'eth0', lacks: [...lacks], differs: ['it differs'] }];
  expect(diagnose({ ...facts, networkDifferences }).map(({ code, isChoice }) => [code, isChoice])).toEqual(expected);
  expect(readFileSync('docs/troubleshooting.md', 'utf8')).toContain('`network-differs`');
});

test('a bootstrap that failed is applied again on a configured machine, and started again elsewhere', async () => {
  const files = { '/run/gandi/status/bootstrap.json': JSON.stringify({ version: 1, stage: failed }) };
  const [configured] = await findingsOf(files);
  expect(configured?.fix).toContain('`gandi-agent bootstrap --again`');
  const [fresh] = await findingsOf(files, ({ system }) => system.files.remove('/var/lib/gandi/applied.json'));
  expect(fresh?.fix).toContain('`systemctl restart gandi-bootstrap`');
});

test('a machine that a drive configured was configured', async () => {
  const findings = await findingsOf({ '/var/lib/gandi/drive.json': '{}' }, ({ system }) =>
    system.files.remove('/var/lib/gandi/applied.json'),
  );
  expect(findings).toEqual([]);
});
