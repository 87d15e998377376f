import { expect, test } from 'vitest';
import { planNetwork } from '../../../../src/agent/network/plan-network.ts';
import { observeNetworkFiles } from '../../../../src/agent/network/network-tool.ts';
import { observeNics } from '../../../../src/agent/network/nics.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { parseGandiConfig } from '../../../../src/agent/machine-config/gandi-schema.ts';
import { renderNetworkReport } from '../../../../src/agent/status/network-lines.ts';
import { readNetworkReport } from '../../../../src/agent/status/network-report.ts';
import { networkMachine } from '../action/network-machine.ts';

const config = JSON.stringify({
  nameservers: ['192.0.2.53'],
  vif: [
    {
      vif_number: 0,
      pna: [{ pna_address: '192.0.2.10', pbn: { pbn_network: '192.0.2.0/24', pbn_gateway: '192.0.2.254' } }],
    },
  ],
});
const nic = '/sys/class/net/ens3';
const files = {
  '/usr/lib/systemd/systemd-networkd': '',
  '/etc/systemd/system/multi-user.target.wants/systemd-networkd.service': '',
  '/gandi/config': config,
  [`${nic}/ifindex`]: '2\n',
  [`${nic}/address`]: '52:54:00:00:00:01\n',
  [`${nic}/addr_assign_type`]: '0\n',
  [`${nic}/device/vendor`]: '0x1af4\n',
};

interface Live {
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
  /** Of the addresses. */
  readonly advertised?: readonly string[];
}

async function machine(live: Live, there = {}) {
  return networkMachine({ ...files, ...there }, (tool, args) => {
    if (tool !== 'ip') return undefined;
    if (args.includes('address')) {
      const addr_info = live.addresses.map((text) => ({
        local: text.split('/')[0],
        prefixlen: Number(text.split('/')[1]),
        ...(live.advertised?.includes(text) ? { family: 'inet6', dynamic: true } : {}),
      }));
      return { stdout: JSON.stringify([{ ifname: 'ens3', addr_info }]) };
    }
    if (args.includes('neighbour')) return { stdout: '[]' };
    const routes = args.includes('-4') ? live.gateways.map((gateway) => ({ gateway, dev: 'ens3' })) : [];
    return { stdout: JSON.stringify(routes) };
  });
}

const path = '/etc/systemd/network/10-gandi-ens3.network';

async function ourFile(): Promise<string> {
  const { system } = await machine({ addresses: [], gateways: [] });
  const network = await observeNetworkFiles(system);
  const facts = { description: parseGandiConfig(config).config.network, network, nics: await observeNics(system) };
  const [action] = planNetwork(facts, parseFlags('').flags, { isNew: true, dhcpFallback: false });
  return action?.kind === 'change-network' ? (action.files[0]?.content ?? '') : '';
}

test('a link that is as configured shows its file, its source and no difference', async () => {
  const live = { addresses: ['192.0.2.10/24', 'fe80::1/64'], gateways: ['192.0.2.254'] };
  const { system } = await machine(live, { [path]: await ourFile() });
  const report = await readNetworkReport(system);
  expect(report).toMatchObject({ tool: 'networkd', resolver: 'file', nameservers: ['192.0.2.53'], onTrial: false });
  expect(report.links).toMatchObject([
    { name: 'ens3', vif: 0, files: [{ path, source: 'swap-payload' }], live, differs: [] },
  ]);
});

test('what differs from live is told, one sentence each', async () => {
  const live = { addresses: ['192.0.2.99/24'], gateways: [] };
  const { system } = await machine(live, { [path]: `${await ourFile()}# more\n` });
  const report = await readNetworkReport(system);
  expect(report.links[0]?.differs).toEqual([
    `${path} says something else than the payload`,
    '192.0.2.10/24 is not there',
    '192.0.2.99/24 is there and not configured',
    'no default route leads by 192.0.2.254',
  ]);
  expect(renderNetworkReport(report)).toContain('  differs     192.0.2.10/24 is not there');
});

test("an admin's file is named as what wins", async () => {
  const lan = '/etc/systemd/network/05-lan.network';
  const { system } = await machine({ addresses: [], gateways: [] }, { [lan]: '[Match]\nName=ens*\n' });
  const report = await readNetworkReport(system);
  expect(report.links[0]).toMatchObject({ files: [{ path: lan, source: 'admin' }] });
  expect(report.links[0]?.differs).toContain(`${lan} is not of the agent and wins over the payload`);
});

test('an address that a router of the network advertises is no difference, one that somebody set is', async () => {
  const addresses = ['192.0.2.10/24', '2001:db8::5054:1/64', '2001:db8::9/64'];
  const live = { addresses, gateways: ['192.0.2.254'], advertised: ['2001:db8::5054:1/64'] };
  const { system } = await machine(live, { [path]: await ourFile() });
  const [link] = (await readNetworkReport(system)).links;
  expect(link?.live.addresses).toEqual(addresses);
  expect(link?.differs).toEqual(['2001:db8::9/64 is there and not configured']);
});
