import { expect, test } from 'vitest';
import { askOwners, rememberWrittenLinks, writtenLinksPath } from '../../../../src/agent/network/ask-owners.ts';
import { observeLinkOwnership } from '../../../../src/agent/network/link-owners.ts';
import { whyLinkIsNotOwned } from '../../../../src/agent/network/unowned-link.ts';
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

test('who has a link is in files of /run', async () => {
  const { system } = await machineTree({
    '/sys/class/net/eth0/ifindex': '2\n',
    '/sys/class/net/eth1/ifindex': '3\n',
    '/run/network/ifstate': 'lo=lo\neth0=eth0\n',
    '/run/systemd/netif/links/2': '# private\nADMIN_STATE=unmanaged\nOPER_STATE=routable\n',
    '/run/systemd/netif/links/3': '# private\nADMIN_STATE=configured\nNETWORK_FILE=/etc/systemd/network/x.network\n',
    '/run/NetworkManager/devices/3': '[device]\nmanaged=true\n',
  });
  expect(await observeLinkOwnership(system, 'eth0')).toEqual({
    ifupdown: true,
    networkd: false,
    NetworkManager: undefined,
  });
  expect(await observeLinkOwnership(system, 'eth1')).toEqual({ ifupdown: false, networkd: true, NetworkManager: true });
});

test('what was written is asked about once', async () => {
  const { system } = await machineTree({
    '/sys/class/net/eth0/ifindex': '2\n',
    '/run/network/ifstate': 'eth0=eth0\n',
    '/run/systemd/netif/links/2': 'ADMIN_STATE=configured\n',
  });
  await rememberWrittenLinks({ tool: 'ifupdown', links: ['eth0'] }, system);
  expect(await askOwners(system)).toMatchObject([
    { step: 'network', failure: { code: 'network.two-owners', subject: 'eth0' }, isUnused: true },
  ]);
  expect(await system.files.status(writtenLinksPath)).toBeUndefined();
  expect(await askOwners(system)).toEqual([]);
});

test('a record that is damaged asks nobody', async () => {
  const { system } = await machineTree({ [writtenLinksPath]: '{"tool":' });
  expect(await askOwners(system)).toEqual([]);
});
