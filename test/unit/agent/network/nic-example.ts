import type { NicRecord } from '../../../../src/agent/network/nic-records.ts';
import type { Link } from '../../../../src/agent/network/links.ts';
import type { NetworkFile } from '../../../../src/agent/network/network-tool.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { parseGandiConfig } from '../../../../src/agent/machine-config/gandi-schema.ts';
import type { PlacedNic } from '../../../../src/agent/network/match-nic.ts';
import { placeNetwork, type PlacedNetwork } from '../../../../src/agent/network/place-network.ts';
import type { NetworkDescription } from '../../../../src/agent/network-config/description.ts';
import { networkTool, type NetworkToolName } from '../../../../src/agent/network-config/network-tools.ts';
import type { Nic, NicFacts, NicSource } from '../../../../src/agent/network/nic-facts.ts';

export const { flags } = parseFlags('');

export function link(name: string, index: number, physical = true): Link {
  return { name, index, address: `52:54:00:00:00:0${index}`, physical };
}

export const links = [link('lo', 1, false), link('eth0', 2), link('eth1', 3)];

/** A NIC of a running machine that is up and has carrier. */
export function placedNic(name: string, index: number): PlacedNic {
  return { name, index, macAddress: `52:54:00:00:00:0${index}`, isDevice: true, isUp: true, hasCarrier: true };
}

/** A description on a machine with these NICs, where no file of anybody is. */
export function placed(description: NetworkDescription, nics: readonly PlacedNic[], staticIpv6 = false): PlacedNetwork {
  const facts = { description, nics, foreignFile: () => undefined };
  return placeNetwork(facts, { only: null, dhcpFallback: false, staticIpv6 });
}

export function nic(name = 'eth1', index = 3): Nic {
  const macAddress = `52:54:00:00:00:0${index}`;
  const settings = { arp_announce: '2', arp_filter: '0', rp_filter: '0' };
  return { name, index, macAddress, hasMaster: false, isUp: false, queues: undefined, settings };
}

export const nowhere: NicSource = {
  name: null,
  model: { links: [], nameservers: [] },
  described: new Set(),
  gateways: new Map(),
};

/** A payload with these addresses for the interface 1. */
export function payload(...pna: readonly object[]): NicSource {
  const first = { pna_address: '192.0.2.10', pbn: { pbn_network: '192.0.2.0/24', pbn_gateway: '192.0.2.254' } };
  const vif = [
    { vif_number: 0, pna: [first] },
    { vif_number: 1, pna },
  ];
  const { config } = parseGandiConfig(JSON.stringify({ vif }), 'config');
  const { model } = placed(config.network, [placedNic('eth0', 2), placedNic('eth1', 3)]);
  return {
    name: 'payload',
    model,
    described: new Set(['eth0', 'eth1']),
    gateways: new Map([['eth1', '198.51.100.254']]),
  };
}

export async function file(tool: NetworkToolName, path: string, text: string, isOurs: boolean): Promise<NetworkFile> {
  return { path, text, isOurs, links: (await networkTool(tool)?.linksOf(path, text)) ?? [] };
}

/** A NIC that was attached to a machine with ifupdown whose first NIC has the default route. */
export function attached(changes: Partial<NicFacts> = {}): NicFacts {
  return {
    name: 'eth1',
    index: 3,
    links,
    nic: nic(),
    records: [],
    source: nowhere,
    network: { tool: networkTool('ifupdown') ?? null, files: [] },
    dhcpClient: 'dhclient',
    hasDhcpDaemon: false,
    ip: {
      addresses: [],
      defaultRoutes: [{ device: 'eth0', gateway: '192.0.2.254', metric: 0 }],
      sourcesByTable: new Map(),
    },
    toolState: 'active',
    isBootOfOthers: false,
    cpus: 1,
    hook: undefined,
    ...changes,
  };
}

export const record: NicRecord = {
  name: 'eth1',
  index: 3,
  macAddress: '52:54:00:00:00:03',
  state: 'dhcp',
  note: 'DHCP, as nothing describes it',
  isAnnounced: true,
};
