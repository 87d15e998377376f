import { expect, test } from 'vitest';
import { askOwners, rememberWrittenLinks, writtenLinksPath } from '../../../../src/agent/network/ask-owners.ts';
import { observeLinkOwnership } from '../../../../src/agent/network/link-owners.ts';
import { whyLinkIsNotOwned } from '../../../../src/agent/network/unowned-link.ts';
import { AgentError } from '../../../../src/core/error/agent-error.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const nobody = { ifupdown: undefined, networkd: undefined, NetworkManager: undefined };

test.each([
  ['ifupdown', { ifupdown: true }, undefined],
  ['ifupdown', { ifupdown: false }, 'network.not-owned'],
  ['ifupdown', { ifupdown: false, NetworkManager: true }, 'network.not-owned'],
  ['ifupdown', { ifupdown: true, networkd: true }, 'network.two-owners'],
  ['ifupdown', { ifupdown: true, NetworkManager: false }, undefined],
  ['ifupdown', {}, undefined],
  ['networkd', { networkd: true }, undefined],
  ['networkd', { networkd: false }, 'network.not-owned'],
  ['netplan', { networkd: false, NetworkManager: true }, undefined],
  ['netplan', { networkd: false }, 'network.not-owned'],
  ['wicked', { networkd: true }, undefined],
] as const)('files for %s, with %j: %s', (tool, changes, code) => {
  expect(whyLinkIsNotOwned(tool, 'eth0', { ...nobody, ...changes })?.code).toBe(code);
});

/** What the tools of a machine say: by the line of their command. Those that are not there fail, as on a machine without them. */
async function machineThatSays(
  answers: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
) {
  const { system } = await machineTree(files);
  const asked: string[] = [];
  const run: System['processes']['run'] = async (tool, args) => {
    asked.push(tool);
    const line = [tool, ...args].join(' ');
    const stdout = Object.entries(answers).find(([start]) => line.startsWith(start))?.[1];
    if (stdout === undefined)
      throw new AgentError('is not there', { code: 'process.missing', subject: tool, remedy: '' });
    return { exitCode: 0, stdout, stderr: '' };
  };
  return { system: { ...system, root: '/', processes: { ...system.processes, run } }, asked };
}

const states = (networkd: string, networkManager: string) => ({
  'systemctl show': `ActiveState=${networkd}\n\nActiveState=${networkManager}\n`,
});
const networkctl = 'networkctl --no-pager --no-legend list -- eth0';
const nmcli = 'nmcli --terse --fields GENERAL.STATE device show eth0';

// As networkctl of systemd 252 and nmcli 1.42 write them.
test.each([
  ['  3 eth0 ether routable configured\n', true],
  ['  3 eth0 ether routable configuring\n', true],
  ['  5 eth0 ether off      unmanaged\n', false],
  ['  3 eth0 ether off pending\n', false],
  ['  3 eth0 ether - -\n', undefined],
  ['', undefined],
])('networkctl says %j: %s', async (text, networkd) => {
  const { system } = await machineThatSays({ ...states('active', 'inactive'), [networkctl]: text });
  expect(await observeLinkOwnership(system, 'eth0')).toEqual({ ...nobody, networkd });
});

test.each([
  ['GENERAL.STATE:100 (connected)\n', true],
  ['GENERAL.STATE:70 (connecting (getting IP configuration))\n', true],
  ['GENERAL.STATE:10 (unmanaged)\n', false],
  ['GENERAL.STATE:0 (unknown)\n', undefined],
  ['', undefined],
])('nmcli says %j: %s', async (text, owns) => {
  const { system } = await machineThatSays({ ...states('inactive', 'active'), [nmcli]: text });
  expect(await observeLinkOwnership(system, 'eth0')).toEqual({ ...nobody, NetworkManager: owns });
});

test('ifupdown says it in the file of its man page; a service that does not run is not asked', async () => {
  const files = { '/run/network/ifstate': 'lo=lo\neth0=eth0\n' };
  const { system, asked } = await machineThatSays(states('inactive', 'failed'), files);
  expect(await observeLinkOwnership(system, 'eth0')).toEqual({ ...nobody, ifupdown: true });
  expect(await observeLinkOwnership(system, 'eth1')).toEqual({ ...nobody, ifupdown: false });
  expect(new Set(asked)).toEqual(new Set(['systemctl']));
});

test('a tool that does not answer says nothing about a link, and nor does a machine without systemd', async () => {
  const { system } = await machineThatSays(states('active', 'active'));
  expect(await observeLinkOwnership(system, 'eth0')).toEqual(nobody);
  expect(await observeLinkOwnership((await machineThatSays({})).system, 'eth0')).toEqual(nobody);
});

test('what was written is asked about once', async () => {
  const answers = { ...states('active', 'inactive'), [networkctl]: '  2 eth0 ether routable configured\n' };
  const { system, asked } = await machineThatSays(answers, { '/run/network/ifstate': 'eth0=eth0\n' });
  await rememberWrittenLinks({ tool: 'ifupdown', links: ['eth0'] }, system);
  expect(await askOwners(system)).toMatchObject([
    { step: 'network', failure: { code: 'network.two-owners', subject: 'eth0' }, isUnused: true },
  ]);
  expect(await system.files.status(writtenLinksPath)).toBeUndefined();
  const before = asked.length;
  expect(await askOwners(system)).toEqual([]);
  expect(asked.length).toBe(before);
});

test('a record that is damaged asks nobody', async () => {
  const { system } = await machineTree({ [writtenLinksPath]: '{"tool":' });
  expect(await askOwners(system)).toEqual([]);
});
