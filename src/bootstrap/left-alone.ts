import type { FirstBootFiles } from '../facts/first-boot-files.ts';
import type { Link } from '../facts/links.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { MachineConfig } from '../machine-config/machine-config.ts';
import { planNetworkModel } from '../network/network-model.ts';
import { declaresLink, interfacesFile } from '../network/renderers/ifupdown.ts';
import { describeUserLeftAlone } from './plan-access.ts';

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
    ...(flags.CONFIG_NETWORK ? describeLinks(config, files, links) : []),
  ];
}

function describeResolver(config: MachineConfig, { resolver }: FirstBootFiles): string[] {
  if (resolver.owner !== 'other' || config.nameservers.length === 0) return [];
  return [
    `/etc/resolv.conf is a link to ${resolver.target}: its owner writes it, the name servers of the payload are not used`,
  ];
}

function describeLinks(config: MachineConfig, files: FirstBootFiles, links: readonly Link[]): string[] {
  const { model, missing } = planNetworkModel(config, links);
  const admins = model.links.filter((link) => declaresLink(files.interfaces ?? '', link.name));
  return [
    ...missing.map((number) => `vif ${number}: this machine has no such interface`),
    ...admins.map(({ name }) => `${interfacesFile} configures ${name} itself and wins over the payload`),
  ];
}
