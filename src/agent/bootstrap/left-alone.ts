import type { FirstBootFiles } from './first-boot-files.ts';
import type { Link } from '../network/links.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { MachineConfig } from '../machine-config/machine-config.ts';
import { describeUserLeftAlone } from '../access/plan-access.ts';
import { wantedNetwork } from '../network/plan-network.ts';

/** What of the configuration is not applied on this machine although the flags allow it, and why: one sentence each. */
export function describeLeftAlone(
  config: MachineConfig,
  flags: Flags,
  files: FirstBootFiles,
  links: readonly Link[],
): string[] {
  const user = describeUserLeftAlone(config, flags, files.access);
  return [
    ...(user === undefined ? [] : [user]),
    ...(flags.CONFIG_NAMESERVER ? describeResolver(config, files) : []),
    ...(flags.CONFIG_NETWORK ? wantedNetwork(config, flags, files.network, links).notes : []),
  ];
}

function describeResolver(config: MachineConfig, { resolver }: FirstBootFiles): string[] {
  if (resolver.owner !== 'other' || config.nameservers.length === 0) return [];
  return [
    `/etc/resolv.conf is a link to ${resolver.target}: its owner writes it, the name servers of the payload are not used`,
  ];
}
