import { describeUsersLeftAlone } from '../access/plan-access.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { MachineConfig } from '../machine-config/machine-config.ts';
import { type NetworkScope, wantedNetwork } from '../network/plan-network.ts';
import { chooseNameservers } from '../network-config/resolver-file.ts';
import type { FirstBootFiles } from './first-boot-files.ts';

/** What of the configuration is not applied on this machine although the flags allow it, and why: one sentence each. */
export function describeLeftAlone(
  config: MachineConfig,
  flags: Flags,
  files: FirstBootFiles,
  scope: NetworkScope,
): string[] {
  const facts = { description: config.network, network: files.network, nics: files.nics };
  return [
    ...describeUsersLeftAlone(config, flags, files.access),
    ...(flags.CONFIG_NAMESERVER ? describeResolver(config, files) : []),
    ...(flags.CONFIG_NETWORK ? wantedNetwork(facts, flags, scope).notes : []),
  ];
}

function describeResolver({ network }: MachineConfig, { resolver, network: { tool } }: FirstBootFiles): string[] {
  if (chooseNameservers(network).length === 0) return [];
  const unused = 'the name servers are not used';
  if (resolver.owner === 'other')
    return [`/etc/resolv.conf is a link to ${resolver.target}: its owner writes it, ${unused}`];
  // Those of netplan may be handed on to it.
  const isManaged = resolver.owner !== 'NetworkManager' || ['NetworkManager', 'netplan'].includes(tool?.name ?? '');
  return isManaged
    ? []
    : [`/etc/resolv.conf is NetworkManager's, which does not configure the network here: ${unused}`];
}
