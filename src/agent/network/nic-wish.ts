import type { Link } from './links.ts';
import type { Flags } from '../flags/flag-table.ts';
import { foreignFilesOf } from './foreign-files.ts';
import { isDefaultRoute, type NetworkLink, type NetworkModel } from '../network-config/model.ts';
import type { Nic, NicFacts } from './nic-facts.ts';
import { dhcpLink, ownFilesOf, pathsOf, wholeModel } from './nic-files.ts';

/** How one NIC is to be configured, and why. */
export type Wish =
  | { readonly kind: 'nothing'; readonly state: 'left-alone' | 'at-boot'; readonly note: string }
  | {
      readonly kind: 'files';
      readonly state: 'described' | 'dhcp';
      readonly note: string;
      readonly model: NetworkModel;
    }
  | { readonly kind: 'client'; readonly state: 'dhcp'; readonly note: string }
  | { readonly kind: 'refused'; readonly state: 'left-alone'; readonly note: string; readonly problem: string };

/** The order of the questions is the order of their weight: what somebody decided comes before what a platform says. */
export function wishFor(nic: Nic, facts: NicFacts, flags: Flags): Wish {
  const { network, source } = facts;
  const [foreign] = foreignFilesOf(network.files, nic);
  if (nic.hasMaster) return leftAlone('it belongs to a bridge or a bond');
  if (foreign !== undefined) return leftAlone(`${foreign.path} configures it`);
  if (facts.isBootOfOthers) return leftAlone('first boot is left to others');
  const described = source.described.has(nic.name);
  if (described) return describedWish(nic, facts);
  const own = ownFilesOf(nic, facts);
  if (own.length > 0 && isConfiguredAtBoot(nic, facts))
    return { kind: 'nothing', state: 'at-boot', note: 'configured at boot' };
  if (flags.CONFIG_NODHCP.includes(nic.name)) return leftAlone('CONFIG_NODHCP names it');
  if (source.name !== 'payload' && !flags.CONFIG_DHCP_FALLBACK) {
    return leftAlone('CONFIG_DHCP_FALLBACK=0');
  }
  const isConfigured = facts.ip.addresses.length > 0 && own.length === 0;
  if (isConfigured && !facts.records.some(({ index }) => index === nic.index)) {
    return leftAlone('it has an address of somebody else');
  }
  return unknownWish(nic, facts);
}

/** A file of ours that bootstrap wrote under another name says the same in other words. */
function isConfiguredAtBoot(nic: Nic, facts: NicFacts): boolean {
  const { tool } = facts.network;
  const wanted = tool === null ? [] : pathsOf(nic.name, wholeModel([dhcpLink(nic)], facts), facts);
  return ownFilesOf(nic, facts).some(({ path }) => !wanted.includes(path));
}

function describedWish(nic: Nic, facts: NicFacts): Wish {
  const { source, network } = facts;
  const note = `configured as the ${source.name} says`;
  const links = source.model.links.filter((link) => standsOn(link, nic.name, source.model));
  const isEmpty = links.every((link) => link.networks.length === 0 && link.bond === null);
  if (links.length === 0 || isEmpty) return leftAlone(`the ${source.name} gives it no network`);
  if (network.tool === null) {
    return refused(`the ${source.name} describes it, and nothing that configures a network is installed and enabled`);
  }
  if (source.name !== 'payload' && isConfiguredAtBoot(nic, facts))
    return { kind: 'nothing', state: 'at-boot', note: 'configured at boot' };
  return {
    kind: 'files',
    state: 'described',
    note,
    model: { links: links.map((link) => behindFirst(link, nic, facts)), nameservers: source.model.nameservers },
  };
}

/** The default route stays with the first NIC that has one: a second would be refused by the kernel, and the link not come up. */
function behindFirst(link: NetworkLink, nic: Nic, { ip, links }: NicFacts): NetworkLink {
  const isAhead = ({ name, index, physical }: Link) =>
    physical && index < nic.index && ip.defaultRoutes.some(({ device }) => device === name);
  if (!links.some(isAhead)) return link;
  const networks = link.networks.map((network) =>
    network.family === 'ipv6'
      ? network
      : { ...network, routes: network.routes.filter((route) => !isDefaultRoute(route)) },
  );
  return { ...link, networks };
}

/** A VLAN, or a bond, goes with each NIC that carries it. */
function standsOn(link: NetworkLink, name: string, model: NetworkModel): boolean {
  if (link.name === name) return true;
  const below = link.kind.type === 'vlan' ? [link.kind.parent] : link.kind.type === 'bond' ? link.kind.members : [];
  return below.some(
    (each) => each === name || model.links.some((other) => other.name === each && standsOn(other, name, model)),
  );
}

const builtIn = ['networkd', 'NetworkManager', 'wicked', 'netplan'];

function unknownWish(nic: Nic, facts: NicFacts): Wish {
  const { network, hasDhcpDaemon, dhcpClient } = facts;
  if (hasDhcpDaemon && network.tool === null)
    return { kind: 'nothing', state: 'left-alone', note: 'left to dhcpcd, which runs for all links' };
  const canAsk = dhcpClient !== undefined || builtIn.includes(network.tool?.name ?? '');
  if (!canAsk) {
    const problem =
      'nothing describes it, and there is no DHCP client: install one of dhcpcd, isc-dhcp-client and udhcpc, or enable systemd-networkd or NetworkManager';
    return refused(problem);
  }
  const note = 'DHCP, as nothing describes it';
  if (network.tool === null) return { kind: 'client', state: 'dhcp', note };
  return { kind: 'files', state: 'dhcp', note, model: { links: [dhcpLink(nic)], nameservers: [] } };
}

function leftAlone(because: string): Wish {
  return { kind: 'nothing', state: 'left-alone', note: `left alone: ${because}` };
}

function refused(problem: string): Wish {
  return { kind: 'refused', state: 'left-alone', note: `left alone: ${problem}`, problem };
}
