import { mkdir, readdir, readFile, writeFile as writeBytes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { authorizeKeys } from '../../../../src/agent/access/authorize-keys.ts';
import { observeSshd } from '../../../../src/agent/access/sshd.ts';
import { applyAction } from '../../../../src/agent/action/kind.ts';
import { type Action, kinds } from '../../../../src/agent/actions.ts';
import { planConsoles } from '../../../../src/agent/config/plan-consoles.ts';
import { planCron } from '../../../../src/agent/config/plan-cron.ts';
import { planFstab } from '../../../../src/agent/config/plan-fstab.ts';
import { planLocale } from '../../../../src/agent/config/plan-locale.ts';
import { planSshd } from '../../../../src/agent/config/plan-sshd.ts';
import { planTimeServers } from '../../../../src/agent/config/plan-time-servers.ts';
import { observeTimeService } from '../../../../src/agent/config/time-service.ts';
import { planOnDemand } from '../../../../src/agent/disk/on-demand.ts';
import { withHostEntry } from '../../../../src/agent/identity/hosts-file.ts';
import { planSysctl, sysctlDropIn, sysctlSource } from '../../../../src/agent/kernel/plan-sysctl.ts';
import { withKeys } from '../../../../src/agent/machine-config/authorized-keys.ts';
import { setFlag } from '../../../../src/agent/migration/set-flag.ts';
import { withSourceLine } from '../../../../src/agent/network-config/renderers/ifupdown.ts';
import { withNameservers } from '../../../../src/agent/network-config/resolver-file.ts';
import { changeNetwork } from '../../../../src/agent/network/change-network.ts';
import { readNetworkTrial } from '../../../../src/agent/network/network-trial.ts';
import { interfacesWithSource } from '../../../../src/agent/simple-init/renderers/interfaces.ts';
import { Secret } from '../../../../src/core/secret/secret.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { type MachineTree, machineTree } from '../../core/system/machine-tree.ts';
import { networkMachine } from './network-machine.ts';

// In Latin-1, as editors wrote it before 2005 and some still do; the last is a character of UTF-8 that was cut off.
const strange = '# caf\xe9 fran\xe7ais \xe2\x82';
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA me@laptop';

/** A tree with files of bytes: one character is one byte. */
async function treeOfBytes(files: Readonly<Record<string, string>>): Promise<MachineTree> {
  const tree = await machineTree();
  await putBytes(tree.root, files);
  return tree;
}

async function putBytes(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeBytes(join(root, path), bytes, 'latin1');
  }
}

const bytesOf = (root: string, path: string) => readFile(join(root, path), 'latin1');

async function carryOut(actions: readonly Action[], system: System): Promise<void> {
  expect(actions.length).toBeGreaterThan(0);
  for (const action of actions)
    if (/^(?:write|replace|make|create|add|set)-/.test(action.kind)) await applyAction(action, kinds, system);
}

type Change = (system: System, text: string) => Promise<readonly Action[]> | readonly Action[];

/** What a planner makes of the text, as its step writes it. */
const writing =
  (path: string, draw: (text: string) => string): Change =>
  (_, text) => [{ kind: 'write-file', path, content: draw(text), mode: 0o644 }];

const root = { path: '/dev/vda1', type: 'ext4', uuid: '11111111-2222-3333-4444-555555555555' };
const console = { name: 'ttyS0', hasPrompt: false, isMasked: false };
const consoles = {
  init: 'other',
  consoles: [console],
  inittab: undefined,
  hasOpenRcAgetty: false,
  securetty: undefined,
} as const;

/** Every file of somebody else that the agent reads, changes and writes back: its path, what is in it, the change. */
const changes: readonly (readonly [string, string, Change])[] = [
  [
    '/etc/fstab',
    '/dev/vda1 / ext4 defaults 0 1\nLABEL=caf\xe9 /mnt ext4 noauto 0 0\n',
    (_, text) => planFstab({ text, root, day: '20260131' })?.actions ?? [],
  ],
  ['/etc/ssh/sshd_config', 'UsePAM yes\n', async (system) => planSshd(await observeSshd(system))?.actions ?? []],
  [
    '/etc/default/locale',
    'LANG=C\nLC_TIME=C\n',
    (_, text) => planLocale('C.UTF-8', { path: '/etc/default/locale', text, isInstalled: true }).actions,
  ],
  ['/etc/inittab', 'id:2:initdefault:\n', (_, inittab) => planConsoles({ ...consoles, inittab })?.actions ?? []],
  ['/etc/securetty', 'tty1\n', (_, securetty) => planConsoles({ ...consoles, securetty })?.actions ?? []],
  [
    '/etc/crontab',
    '7 * * * * root run-parts /etc/cron.hourly\n',
    (_, text) => planCron({ machineId: 'a', crontabs: [{ path: '/etc/crontab', text }] })?.actions ?? [],
  ],
  [
    '/etc/chrony.conf',
    'pool example.org\n',
    async (system) => planTimeServers(['ntp.example.org'], await observeTimeService(system))?.actions ?? [],
  ],
  ['/etc/hosts', '127.0.0.1 localhost\n', writing('/etc/hosts', (text) => withHostEntry(text, '192.0.2.1', 'web'))],
  ['/etc/default/gandi', 'CONFIG_MOTD=1\n', writing('/etc/default/gandi', (text) => setFlag(text, 'CONFIG_MOTD', '0'))],
  [
    '/etc/auto.master.d/gandi.autofs',
    '#/srv /etc/auto.gandi\n',
    (_, text) => planOnDemand(text, '/srv', true).flatMap(({ actions }) => actions),
  ],
  ['/etc/network/interfaces', 'auto lo\n', writing('/etc/network/interfaces', withSourceLine)],
  ['/etc/network/interfaces', 'auto lo\n', writing('/etc/network/interfaces', interfacesWithSource)],
  [
    '/etc/resolvconf/resolv.conf.d/base',
    'search example.org\n',
    writing('/etc/resolvconf/resolv.conf.d/base', (text) => withNameservers(text, ['192.0.2.53'])),
  ],
  [
    '/root/.ssh/authorized_keys',
    'ssh-rsa AAAAB3 other\n',
    writing('/root/.ssh/authorized_keys', (text) => withKeys(text, [key])),
  ],
  ...['/etc/passwd', '/etc/shadow', '/etc/group', '/etc/gshadow', '/etc/subuid'].map(
    (path) =>
      [
        path,
        'old:x:1000:1000:Ren\xe9:/home/old:/bin/sh\n',
        (): readonly Action[] => [
          { kind: 'create-group', group: 'lea' },
          { kind: 'create-user', user: 'lea', shell: '/bin/sh', group: 'lea' },
          { kind: 'add-to-group', user: 'lea', group: 'lea' },
          { kind: 'set-password', user: 'lea', hash: new Secret('$6$x') },
        ],
      ] as const,
  ),
];

describe('what the agent does not change of a file stays as it is, byte by byte', () => {
  test.each(changes)('%s', async (path, lines, change) => {
    const accounts = { '/etc/passwd': '', '/etc/shadow': '', '/etc/group': '', '/home/.keep': '' };
    const before = `${lines.split('\n', 1)[0]}\n${strange}\n${lines.split('\n').slice(1).join('\n')}`;
    const { system, root } = await treeOfBytes({ ...accounts, [path]: before });
    await carryOut(await change(system, (await system.files.read(path)) ?? ''), system);
    const after = (await bytesOf(root, path)).split('\n');
    // What holds a byte beyond ASCII is of the admin, and no change is about it.
    const kept = before.split('\n').filter((line) => /[^\0-\x7f]/.test(line));
    expect(after.filter((line) => /[^\0-\x7f]/.test(line))).toEqual(kept);
    expect(after.join('\n')).not.toBe(before);
  });
});

test('the old file that is kept beside a new one has the bytes of the old one', async () => {
  const before = `/dev/vda1 / ext4 defaults 0 1\n${strange}\n`;
  const { system, root } = await treeOfBytes({ '/etc/fstab': before });
  const replace = {
    kind: 'replace-checked',
    path: '/etc/fstab',
    content: 'new\n',
    mode: 0o644,
    check: 'fstab',
  } as const;
  await carryOut([{ ...replace, backup: '/etc/fstab.gandi-20260131' }], system);
  expect(await bytesOf(root, '/etc/fstab.gandi-20260131')).toBe(before);
});

test('a file that is kept in /var/lib/gandi/replaced has the bytes of the old one', async () => {
  const { system, root } = await treeOfBytes({ '/etc/hosts': strange });
  await carryOut([{ kind: 'write-file', path: '/etc/hosts', content: 'new\n', mode: 0o644, keepOld: true }], system);
  const [name = ''] = await readdir(join(root, 'var/lib/gandi/replaced/etc'));
  expect(await bytesOf(root, `/var/lib/gandi/replaced/etc/${name}`)).toBe(strange);
});

test('a drop-in that is made of a file of an admin has its bytes', async () => {
  const { system, root } = await treeOfBytes({ [sysctlSource]: `${strange}\nvm.swappiness = 1\n` });
  const facts = { source: await system.files.read(sysctlSource), dropIn: undefined };
  await carryOut(planSysctl(facts, parseFlags('').flags).actions, system);
  expect(await bytesOf(root, sysctlDropIn)).toContain(`\n${strange}\n`);
});

test.each(['.ssh/authorized_keys', '/etc/ssh/keys/%u'])('keys that are there stay in %s', async (place) => {
  const path = place.startsWith('/') ? '/etc/ssh/keys/admin' : `/home/admin/${place}`;
  const { system, root } = await treeOfBytes({
    '/etc/passwd': `admin:x:${process.getuid?.()}:${process.getgid?.()}::/home/admin:/bin/bash\n`,
    '/etc/ssh/sshd_config': `AuthorizedKeysFile ${place}\n`,
    [path]: `${strange}\n`,
  });
  await authorizeKeys({ kind: 'authorize-keys', user: 'admin', keys: [key] }, system);
  expect(await bytesOf(root, path)).toBe(`${strange}\n${key}\n`);
});

test('a network configuration that is on trial returns with all its bytes', async () => {
  const path = '/etc/network/interfaces.d/eth0';
  const { system } = await networkMachine({ [path]: '' });
  const root = await system.files.hostPath('/');
  await putBytes(root, { [path]: strange });
  const files = [{ path, mode: 0o644, content: 'new\n' }];
  const wayOut = { kind: 'gateways', gateways: ['192.0.2.254'] } as const;
  await changeNetwork({ kind: 'change-network', tool: 'ifupdown', files, links: ['eth0'], wayOut }, system);
  const old = (await readNetworkTrial(system))?.files[0]?.old ?? '';
  await carryOut([{ kind: 'write-file', path, content: old, mode: 0o644 }], system);
  expect(await bytesOf(root, path)).toBe(strange);
});
