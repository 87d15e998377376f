import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { converge } from '../../../../src/agent/action/converge.ts';
import { observeClean } from '../../../../src/agent/image/observe-clean.ts';
import { planClean } from '../../../../src/agent/image/plan-clean.ts';
import { imageReportSchema } from '../../../../src/agent/doctor/finding.ts';
import { ownMark } from '../../../../src/agent/network-config/own-files.ts';
import { machineTree } from '../../core/system/machine-tree.ts';
import { loopOf } from '../action/loop-of.ts';
import { usedTree } from './used-tree.ts';
import { runAgent } from '../cli/run-agent.ts';

const program = { '/usr/lib/gandi/gandi-agent': '' };
const used = {
  '/etc/machine-id': '0123456789abcdef0123456789abcdef\n',
  '/etc/ssh/ssh_host_ed25519_key': 'secret',
  '/etc/ssh/ssh_host_ed25519_key.pub': 'public',
  '/etc/ssh/sshd_config': 'kept',
  '/etc/default/gandi': 'CONFIG_GROW=0',
  '/gandi/config': '{}',
  '/var/lib/gandi/applied.json': '{}',
  '/var/lib/gandi/disk-names/some-uuid': 'data',
  '/var/log/gandi/postboot.log': 'said',
  '/var/lib/systemd/random-seed': 'seed',
  '/etc/ssh/ssh_host_ed25519_key-cert.pub': 'certificate',
  '/var/lib/systemd/credential.secret': 'secret',
  '/boot/efi/loader/random-seed': 'seed',
  '/var/lib/NetworkManager/secret_key': 'secret',
  '/var/lib/NetworkManager/NetworkManager.state': 'kept',
  '/var/lib/NetworkManager/internal-0123-eth0.lease': 'ADDRESS=192.0.2.9',
  '/var/lib/dhcp/dhclient.eth0.leases': 'lease {}',
  '/var/lib/dhcpcd/duid': 'duid',
  '/srv/data/file': "the customer's",
};

test('keys, identity and state of the machine are gone, all else is there', async () => {
  const { system, root } = await machineTree(used);
  await converge(
    loopOf(async () => planClean(await observeClean(system)).steps),
    system,
  );
  const left = Object.keys(used).filter((path) => existsSync(join(root, path)));
  expect(left).toEqual([
    '/etc/machine-id',
    '/etc/ssh/sshd_config',
    '/etc/default/gandi',
    '/var/lib/NetworkManager/NetworkManager.state',
    '/srv/data/file',
  ]);
  expect(readFileSync(join(root, '/etc/machine-id'), 'utf8')).toBe('');
});

test('a clean image is left as it is', async () => {
  const { system } = await machineTree({ '/etc/machine-id': '', '/etc/ssh/sshd_config': 'kept' });
  const { steps, notes } = planClean(await observeClean(system));
  expect(notes).toEqual([]);
  expect(steps.flatMap(({ actions }) => actions)).toEqual([]);
});

test('an image that has no machine id gets none', () => {
  expect(
    planClean({ files: [], machineId: undefined, storageNames: [], networkFiles: [], kept: [] }).steps.flatMap(
      ({ actions }) => actions,
    ),
  ).toEqual([]);
});

test('names for storage stay, and each is told', async () => {
  const names = ['/etc/iscsi/initiatorname.iscsi', '/etc/nvme/hostnqn', '/etc/nvme/hostid'];
  const { system } = await machineTree(Object.fromEntries(names.map((path) => [path, 'one machine'])));
  const { steps, notes } = planClean(await observeClean(system));
  expect(notes?.map((note) => note.split(' ')[0])).toEqual(names);
  expect(steps.flatMap(({ actions }) => actions)).toEqual([]);
});

const ours = `${ownMark}\nauto eth0\niface eth0 inet static\n  address 192.0.2.10/24\n`;
const ifupdown = {
  '/usr/sbin/ifup': '',
  '/etc/systemd/system/multi-user.target.wants/networking.service': '',
  '/etc/network/interfaces': 'source /etc/network/interfaces.d/*\n',
  '/etc/network/interfaces.d/eth0': ours,
  '/etc/network/interfaces.d/mine': 'auto eth1\niface eth1 inet dhcp\n',
};

test('the network that the agent wrote goes, that of others stays', async () => {
  const { system } = await machineTree(ifupdown);
  const paths = planClean(await observeClean(system)).steps.flatMap(({ actions }) =>
    actions.map((action) => 'path' in action && action.path),
  );
  expect(paths).toEqual(['/etc/network/interfaces.d/eth0']);
});

test('what may be meant for every copy stays, and is named', async () => {
  const { system } = await machineTree({
    '/etc/hostname': 'web1\n',
    '/etc/passwd': 'root:x:0:0::/root:/bin/sh\nadmin:x:1000:1000::/home/admin:/bin/sh\nsync:x:4:4::/bin:/bin/sync\n',
    '/etc/shadow': 'root:$6$salt$hash:1::::::\nadmin:!:1::::::\nsync:*:1::::::\n',
    '/home/admin/.ssh/authorized_keys': '# mine\nssh-ed25519 AAAA admin@laptop\n',
  });
  const { steps, notes } = planClean(await observeClean(system));
  expect(steps.flatMap(({ actions }) => actions)).toEqual([]);
  expect(notes).toEqual([
    expect.stringContaining('host name web1'),
    expect.stringContaining('passwords of root:'),
    expect.stringContaining('ssh keys of admin (1 key):'),
  ]);
});

test.each([
  ['image', 'clean', '--root'],
  ['image', 'check'],
  ['bootstrap', '--dry-run', '--root'],
  ['config', '--dry-run', '--root'],
  ['postboot', '--dry-run', '--root'],
  ['migrate', '--root'],
])('B1: %s %s is refused for a folder that holds no system', async (...words) => {
  const { root } = await machineTree({ '/etc/hostname': 'x\n' });
  expect(await runAgent(...words, root)).toMatchObject({ exitCode: 2, err: expect.stringContaining('tree.no-system') });
  expect(await runAgent(...words, '/nonexist')).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining('tree.no-system'),
  });
});

test('B1: simple-init is refused for a folder that is not there, and makes none', async () => {
  const { root } = await machineTree({});
  for (const mode of ['--noop', '--without-drive'])
    expect(await runAgent('simple-init', mode, '--distro', 'debian', '--root', join(root, 'typo'))).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('tree.no-folder'),
    });
  expect(existsSync(join(root, 'typo'))).toBe(false);
});

test('a check names what is left of the machine; after clean that is gone', async () => {
  const { root } = await machineTree({ ...used, ...ifupdown, ...program, '/etc/os-release': 'ID=debian\n' });
  const codes = async () => {
    const { out } = await runAgent('image', 'check', root, '--json');
    return imageReportSchema.parse(JSON.parse(out)).findings.map(({ code }) => code);
  };
  expect(await codes()).toContain('not-clean');
  expect((await runAgent('image', 'clean', '--root', root)).exitCode).toBe(0);
  expect(await codes()).not.toContain('not-clean');
  expect(await codes()).toEqual(expect.arrayContaining(['unit-off', 'tool-missing']));
});

test('a check says where to run what it advises, and of a tree without the package only that', async () => {
  const { root } = await machineTree({ ...used, ...program, '/etc/os-release': 'ID=debian\n' });
  const findings = async () => {
    const { out } = await runAgent('image', 'check', root, '--json');
    return imageReportSchema.parse(JSON.parse(out)).findings;
  };
  const fixes = (await findings()).map(({ fix }) => fix);
  expect(fixes).toContain(`run \`gandi-agent image clean --root ${root}\``);
  expect(fixes).toContain(`run \`systemctl --root=${root} enable gandi-bootstrap\``);
  await rm(join(root, 'usr/lib/gandi/gandi-agent'));
  const codes = (await findings()).map(({ code }) => code);
  expect(codes).toContain('not-installed');
  expect(codes).not.toContain('unit-off');
});

test('what may be meant for every copy stays: names in files, name servers, and who can become root', async () => {
  const { system } = await machineTree({
    '/etc/hostname': 'web1\n',
    '/etc/mailname': 'web1\n',
    '/etc/hosts': '127.0.0.1 localhost\n192.0.2.10 web1.example web1 # payload\n# 192.0.2.9 web1\n',
    '/etc/resolv.conf': '# mine\nnameserver 192.0.2.53\n nameserver 2001:db8::53\n',
    '/etc/group': 'root:x:0:\nsudo:x:27:admin,ops\nusers:x:100:admin\nwheel:x:10:\n',
  });
  expect(planClean(await observeClean(system)).notes).toEqual([
    'the host name web1 stays in /etc/hostname, /etc/mailname, /etc/hosts (192.0.2.10) until a copy gets its own',
    'the name servers 192.0.2.53, 2001:db8::53 stay in /etc/resolv.conf until a copy gets its own',
    'in every copy admin, ops could become root, by the group sudo: `gpasswd --delete USER sudo` takes one out',
  ]);
});

test('an image that is right passes the check', async () => {
  const wants = '/etc/systemd/system/multi-user.target.wants';
  const units = ['bootstrap', 'config', 'mount', 'network', 'postboot'].map((name) => [
    `${wants}/gandi-${name}.service`,
    '',
  ]);
  const tools = ['resize2fs', 'xfs_growfs', 'btrfs', 'sfdisk', 'partx', 'ip'].map((name) => [`/usr/sbin/${name}`, '']);
  const { root } = await machineTree({
    '/etc/os-release': 'ID=debian\n',
    '/etc/machine-id': '',
    ...program,
    '/usr/sbin/ifup': '',
    [`${wants}/networking.service`]: '',
    '/etc/systemd/system/paths.target.wants/gandi-hotplug.path': '',
    ...Object.fromEntries([...units, ...tools]),
  });
  expect(await runAgent('image', 'check', root)).toEqual({
    exitCode: 0,
    out: expect.stringMatching(/^note +nobody gets into it as it is\n.*\n$/),
    err: '',
  });
});

test('a check names who every copy lets in', async () => {
  const { root } = await machineTree(usedTree);
  const { out } = await runAgent('image', 'check', root, '--json');
  expect(imageReportSchema.parse(JSON.parse(out)).findings).toContainEqual(
    expect.objectContaining({
      code: 'gets-in',
      problem: 'every copy lets in root (console), root (ssh-key), root (ssh-password)',
    }),
  );
});
