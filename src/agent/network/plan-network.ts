import type { Action } from './actions.ts';
import type { NetworkFileChange } from './change-network.ts';
import type { NetworkFile, NetworkFiles } from './network-tool.ts';
import { foreignFilesOf } from './foreign-files.ts';
import type { Link } from './links.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { MachineConfig } from '../machine-config/machine-config.ts';
import type { NetworkLink, NetworkModel, RenderedFile } from '../network-config/model.ts';
import { planNetworkModel } from './network-model.ts';
import { interfacesFile, withSourceLine } from '../network-config/renderers/ifupdown.ts';
import type { NetworkTool } from '../network-config/network-tools.ts';
import { isOwn } from '../network-config/own-files.ts';
import { wayOutOf } from './way-out.ts';
import { chooseNameservers } from '../network-config/resolver-file.ts';

/** The network that the configuration asks for on this machine, without the links that an admin's own file configures. */
export interface WantedNetwork {
  readonly model: NetworkModel;
  /** What of the configuration is left out, and why: one sentence each. */
  readonly notes: readonly string[];
}

export function wantedNetwork(
  config: MachineConfig,
  flags: Flags,
  { tool, files }: NetworkFiles,
  links: readonly Link[],
): WantedNetwork {
  const options = { staticIpv6: flags.CONFIG_STATIC_IPV6 };
  const { model, missing } = planNetworkModel(config, links, options);
  const admins = new Map(model.links.map((link) => [link, adminsFile(link, tool, files)]));
  const nameservers = flags.CONFIG_NAMESERVER ? chooseNameservers(config) : [];
  return {
    model: { links: model.links.filter((link) => admins.get(link) === undefined), nameservers },
    notes: [
      ...missing.map((number) => `vif ${number}: this machine has no such interface`),
      ...(tool === null && model.links.length > 0 ? [noTool] : []),
      ...[...admins].flatMap(([{ name }, path]) =>
        path === undefined ? [] : [`${path} configures ${name} itself and wins over the payload`],
      ),
    ],
  };
}

/** A file of somebody else that is about the link, or that is where ours would be, such as one whose mark was removed. */
function adminsFile(link: NetworkLink, tool: NetworkTool | null, files: readonly NetworkFile[]): string | undefined {
  const own = tool?.render({ links: [link], nameservers: [] }).map(({ path }) => path) ?? [];
  const inOurPlace = files.filter(({ path, isOurs }) => !isOurs && own.includes(path));
  return [...foreignFilesOf(files, link), ...inOurPlace][0]?.path;
}

const noTool =
  'the network is not configured: none of netplan, ifupdown, NetworkManager, systemd-networkd, wicked and network-scripts is installed and enabled';

/** What drives the files of the network to the configuration; nothing where they are right. */
export function planNetwork(
  config: MachineConfig,
  flags: Flags,
  network: NetworkFiles,
  links: readonly Link[],
): Action[] {
  const { tool, files } = network;
  if (tool === null) return [];
  const { model } = wantedNetwork(config, flags, network, links);
  const now = new Map(files.map(({ path, text }) => [path, text]));
  const wanted = [...mainFile(tool.name, model, now), ...tool.render(model)];
  const changes = [...wanted.filter(({ path, content }) => now.get(path) !== content), ...obsolete(network, wanted)];
  if (changes.length === 0) return [];
  const names = model.links.map(({ name }) => name);
  return [{ kind: 'change-network', tool: tool.name, files: changes, links: names, wayOut: wayOutOf(model) }];
}

/** ifupdown reads our files only if its main file says so; that stays the admin's, and gets a line at most. */
function mainFile(tool: string, model: NetworkModel, now: ReadonlyMap<string, string>): RenderedFile[] {
  if (tool !== 'ifupdown' || model.links.length === 0) return [];
  return [{ path: interfacesFile, mode: 0o644, content: withSourceLine(now.get(interfacesFile)) }];
}

/** Files of an earlier configuration: of interfaces that are gone, or that an admin's own file configures by now. */
function obsolete({ files }: NetworkFiles, wanted: readonly RenderedFile[]): NetworkFileChange[] {
  return files
    .filter(({ path, text }) => isOwn(text) && !wanted.some((file) => file.path === path))
    .map(({ path }) => ({ path, mode: 0o644, content: null }));
}
