import { observeHook } from '../action/observe-hook.ts';
import { observeOnlineCpus } from '../facts/cpus-and-memory.ts';
import { observeDhcpClient } from './dhcp-client.ts';
import { observeFirstBootOwner } from '../facts/first-boot-owner.ts';
import { observeIpState } from './ip-state.ts';
import { type Link, observeLinks } from './links.ts';
import { observeNetworkFiles } from './network-tool.ts';
import { observeNicQueues } from './nic-queues.ts';
import { observeUnitState } from '../facts/unit-state.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { NetworkToolName } from '../network-config/network-tools.ts';
import type { Nic, NicFacts, NicSource } from './nic-facts.ts';
import { readNicRecords } from './nic-records.ts';
import { isRunBySystemd, type System } from '../../core/system/system.ts';

/** Everything that the decision about a NIC rests on, as it is now. */
export async function observeNicFacts(
  system: System,
  flags: Flags,
  event: { readonly name: string; readonly index: number },
  source: NicSource,
): Promise<NicFacts> {
  const links = await observeLinks(system);
  // The name of the event may be an old one; the number is not given to another link in this boot.
  const link = links.find(({ index, physical }) => index === event.index && physical);
  const name = link?.name ?? event.name;
  // Those that wait for another program come first, and all else is looked at meanwhile.
  const [tool, ip, nic, records, dhcpClient, daemon, cpus, hook] = await Promise.all([
    observeTool(system, flags),
    observeIpState(system, name),
    link === undefined ? undefined : observeNic(system, link),
    readNicRecords(system),
    observeDhcpClient(system),
    system.files.status(dhcpDaemon),
    observeOnlineCpus(system),
    observeHook(system, `${flags.GANDI_HOOK_DIR}/post-iface-attach`),
  ]);
  const hasDhcpDaemon = daemon !== undefined;
  const seen = { links, nic, records, source, dhcpClient, hasDhcpDaemon, ip, cpus };
  return { name, index: event.index, ...seen, ...tool, hook };
}

/** What configures the network here, and whether it is at it. */
async function observeTool(
  system: System,
  flags: Flags,
): Promise<Pick<NicFacts, 'network' | 'toolState' | 'isBootOfOthers'>> {
  const network = await observeNetworkFiles(system);
  const toolState = await observeToolState(system, network.tool?.name);
  const isBootOfOthers = toolState === 'off' && (await observeFirstBootOwner(system, flags)) === 'cloud-init';
  return { network, toolState, isBootOfOthers };
}

/** NICs of the machine, for what is done about all of them. */
export async function observeAllNics(system: System): Promise<Nic[]> {
  const links = (await observeLinks(system)).filter(({ physical }) => physical);
  return Promise.all(links.map((link) => observeNic(system, link)));
}

const dhcpDaemon = '/etc/systemd/system/multi-user.target.wants/dhcpcd.service';

async function observeNic(system: System, { name, index, address }: Link): Promise<Nic> {
  const folder = `/sys/class/net/${name}`;
  const flags = Number((await system.files.read(`${folder}/flags`).catch(() => undefined)) ?? '0');
  return {
    name,
    index,
    macAddress: address,
    hasMaster: (await system.files.status(`${folder}/master`)) !== undefined,
    // IFF_UP of linux/if.h
    isUp: (flags & 1) === 1,
    queues: await observeNicQueues(system, name),
    settings: await readSettings(system, name),
  };
}

async function readSettings({ files }: System, name: string): Promise<Record<string, string>> {
  const settings: Record<string, string> = {};
  for (const key of ['arp_announce', 'arp_filter', 'rp_filter']) {
    const text = await files.read(`/proc/sys/net/ipv4/conf/${name}/${key}`).catch(() => undefined);
    if (text !== undefined) settings[key] = text.trim();
  }
  return settings;
}

/** The unit that reads the files of a tool. */
const units: Readonly<Record<NetworkToolName, string>> = {
  ifupdown: 'networking.service',
  netplan: 'network.target',
  NetworkManager: 'NetworkManager.service',
  networkd: 'systemd-networkd.service',
  wicked: 'wicked.service',
  'network-scripts': 'network.service',
};

async function observeToolState(system: System, tool: NetworkToolName | undefined): Promise<NicFacts['toolState']> {
  // Scripts of run levels have no states; that of hotplug comes after that of the network.
  if (tool === undefined || !(await isRunBySystemd(system))) return 'active';
  switch (await observeUnitState(system, units[tool])) {
    case 'active':
      return 'active';
    case 'activating':
    case 'reloading':
      return 'starting';
    default:
      return 'off';
  }
}
