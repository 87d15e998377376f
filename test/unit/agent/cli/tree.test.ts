import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { doctorReportSchema } from '../../../../src/agent/doctor/finding.ts';
import { readDoctorReportOfTree } from '../../../../src/agent/doctor/doctor-report.ts';
import { observeImage } from '../../../../src/agent/image/check-image.ts';
import { readTreeReport, treeReportSchema } from '../../../../src/agent/status/tree-report.ts';
import { machineTree } from '../../core/system/machine-tree.ts';
import { usedTree } from '../image/used-tree.ts';
import { runAgent } from './run-agent.ts';

test('status of a tree tells the records that stay over a reboot', async () => {
  const { root } = await machineTree(usedTree);
  const { exitCode, out, err } = await runAgent('status', '--root', root, '--json');
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  expect(treeReportSchema.parse(JSON.parse(out))).toMatchObject({
    root,
    host: 'web1',
    enabled: ['gandi-bootstrap'],
    flagFile: '/etc/default/gandi',
    flags: { CONFIG_ALLOW_MOUNT: '0', CONFIG_DATA_DISKS: 'ebs gce' },
    payload: { appliedAt: '2026-11-28T01:02:03.000Z', disk: '/dev/vdb', isConsumed: true },
    drive: null,
    hasConfiguration: true,
    configSteps: ['hosts', 'cron'],
    postboot: [{ part: 'script', endedAt: null }],
    network: { tool: 'ifupdown', onTrial: false },
    diskNames: [{ uuid: '1234-ABCD', name: 'data', serial: 'vol-1' }],
    unreadable: [],
  });
});

test('status of a tree for people', async () => {
  const { root } = await machineTree(usedTree);
  const { out } = await runAgent('status', '--root', root);
  expect(out.replaceAll(root, '/mnt').replace(/gandi-agent \d+\.\d+\.\d+/, 'gandi-agent 3')).toBe(
    [
      'web1: does not run; its root is at /mnt',
      'gandi-agent 3, which reads its files',
      '',
      'first boot  payload of /dev/vdb applied 2026-11-28T01:02:03.000Z',
      'config      hosts, cron',
      'postboot    script was started 2026-11-28T01:03:00.000Z, did not end',
      'services    gandi-bootstrap',
      'flags       /etc/default/gandi: CONFIG_ALLOW_MOUNT=0, CONFIG_DATA_DISKS=ebs gce',
      'network     ifupdown',
      '            of others: /etc/network/interfaces',
      '',
      'Folders of disks',
      '  data: file system 1234-ABCD, serial vol-1',
      '',
      'who gets in, and what will not be done: gandi-agent doctor --root /mnt',
      '',
    ].join('\n'),
  );
});

test('a damaged record is said in its place, and the rest is told', async () => {
  const { root } = await machineTree({ ...usedTree, '/var/lib/gandi/applied.json': '{' });
  const { exitCode, out } = await runAgent('status', '--root', root, '--json');
  expect(exitCode).toBe(1);
  expect(treeReportSchema.parse(JSON.parse(out))).toMatchObject({
    payload: null,
    configSteps: ['hosts', 'cron'],
    unreadable: [expect.stringContaining('state.unreadable')],
  });
});

test('a system that never had a configuration', async () => {
  const { root } = await machineTree({ '/etc/os-release': 'ID=debian\n' });
  const { exitCode, out } = await runAgent('status', '--root', root);
  expect(exitCode).toBe(0);
  expect(out).toContain('first boot  no configuration was ever applied\n');
  expect(out).toContain('flags       no file: as shipped\n');
});

test('doctor of a tree says who will get in, and its remedies name the tree', async () => {
  const { root } = await machineTree({
    ...usedTree,
    '/etc/gandi/hooks/post-disk-attach': 'true\n',
    '/usr/share/gandi/bootstrap.d/01-config_swap': '',
  });
  await symlink('/dev/null', join(root, 'etc/systemd/system/gandi-config.service'));
  const { exitCode, out } = await runAgent('doctor', '--root', root, '--json');
  expect(exitCode).toBe(1);
  const { entrances, findings } = doctorReportSchema.parse(JSON.parse(out));
  expect(entrances.open.map(({ user, way, over }) => [user, way, ...over])).toEqual([
    ['root', 'console', 'tty1'],
    ['root', 'ssh-key', 'port 22'],
    ['root', 'ssh-password', 'port 22'],
  ]);
  expect(findings.filter(({ code }) => code !== 'unit-off').map(({ code }) => code)).toEqual([
    'hook-not-executable',
    'old-agent',
    'flag-off',
  ]);
  const fixes = findings.map(({ fix }) => fix);
  expect(fixes).toContain(`run \`systemctl --root=${root} enable gandi-mount.service\``);
  expect(fixes).toContain(`run \`systemctl --root=${root} unmask gandi-config.service\``);
  expect(fixes).toContain(`run \`chmod u+x ${root}/etc/gandi/hooks/post-disk-attach\``);
});

test.each([
  ['status', '--wait'],
  ['status', '--verbose'],
])('%s %s asks about a boot, of which a tree has none', async (command, option) => {
  const { root } = await machineTree(usedTree);
  expect(await runAgent(command, '--root', root, option)).toMatchObject({
    exitCode: 2,
    out: '',
    err: expect.stringContaining('tell of the boot of this machine'),
  });
});

test.each(['status', 'doctor'])('%s refuses a folder that holds no system', async (command) => {
  const { root } = await machineTree({ '/etc/hostname': 'x\n' });
  expect(await runAgent(command, '--root', root)).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining('tree.no-system'),
  });
});

test.each([['disk', 'list'], ['disk', 'explain', 'x'], ['network', 'show'], ['timeline'], ['collect']])(
  '%s %s tells of the machine that runs, and says so to --root',
  async (...words) => {
    expect(await runAgent(...words.filter((word) => word !== undefined), '--root', '/mnt')).toMatchObject({
      exitCode: 2,
      out: '',
      err: expect.stringContaining('--root: only the machine that runs has this to tell'),
    });
  },
);

test.each([
  ['sysvinit', { '/etc/inittab': 'si::sysinit:/etc/init.d/rcS\n', '/etc/rc2.d/S01x': '' }, '/etc/rc2.d/S01gandi-mount'],
  ['OpenRC', { '/etc/runlevels/default/sshd': '' }, '/etc/runlevels/default/gandi-mount'],
])('a service of %s that is off in a tree is switched on as the remedy says', async (_, files, link) => {
  const { root, system } = await machineTree({ '/etc/os-release': 'ID=debian\n', ...files });
  const off = async () => {
    const { findings } = await readDoctorReportOfTree(system);
    return findings.filter(({ problem }) => problem.startsWith('gandi-mount.service'));
  };
  const [finding] = await off();
  const [, target = '', place = ''] = /^run `ln -s (\S+) (\S+)`$/.exec(finding?.fix ?? '') ?? [];
  expect(place).toBe(`${root}${link}`);
  await symlink(target, place);
  expect(await off()).toEqual([]);
});

test('nothing is run to tell of a tree', async () => {
  const { system } = await machineTree(usedTree);
  const started = async (tool: string) => {
    throw new Error(`${tool} was started`);
  };
  const processes = new Proxy(system.processes, { get: (_, name) => () => started(String(name)) });
  const still = { ...system, processes };
  await expect(readTreeReport(still)).resolves.toMatchObject({ host: 'web1' });
  await expect(readDoctorReportOfTree(still)).resolves.toMatchObject({ version: 1 });
  await expect(observeImage(still)).resolves.toMatchObject({ networkTool: 'ifupdown' });
});

test('two forms of one answer are wrong usage', async () => {
  expect(await runAgent('timeline', '--json', '--svg')).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining('give one of them'),
  });
});
