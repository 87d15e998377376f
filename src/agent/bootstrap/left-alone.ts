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

function describeResolver({ network }: MachineConfig, { resolver }: FirstBootFiles): string[] {
  if (resolver.owner !== 'other' || chooseNameservers(network).length === 0) return [];
  return [`/etc/resolv.conf is a link to ${resolver.target}: its owner writes it, the name servers are not used`];
}
