import { AgentError } from '../../core/error/agent-error.ts';
import { type LinkAddresses, observeAddresses } from '../network/addresses.ts';
import { readDefaultRoutes } from '../network/default-routes.ts';
import { type Link, observeLinks } from '../network/links.ts';
import { type NetworkFile, observeNetworkFiles } from '../network/network-tool.ts';
import { observeResolver } from '../network/resolver.ts';
import type { Flags } from '../flags/flag-table.ts';
import { readFlags } from '../flags/read-flags.ts';
import { parseGandiConfig } from '../machine-config/gandi-schema.ts';
import type { MachineConfig } from '../machine-config/machine-config.ts';
import { isAbout } from '../network-config/file-links.ts';
import type { NetworkLink } from '../network-config/model.ts';
import { linkOf, planNetworkModel } from '../network/network-model.ts';
import { isOwn } from '../network-config/own-files.ts';
import { chooseNameservers } from '../network-config/resolver-file.ts';
import type { DefaultRoute } from '../network/way-out.ts';
import { readNetworkTrial } from '../network/network-trial.ts';
import type { System } from '../../core/system/system.ts';
import { differencesOf, wantedOf, type WantedAddresses } from './network-differences.ts';

export type FileSource = 'swap-payload' | 'config-drive' | 'admin';

export interface LinkReport {
  readonly name: string;
  readonly macAddress: string;
  /** Number of the interface in the payload; null if it is not there. */
  readonly vif: number | null;
  /** What configures it, and where that came from. */
  readonly files: readonly { readonly path: string; readonly source: FileSource }[];
  /** What the payload says; null where it says nothing of the link. */
  readonly configured: WantedAddresses | null;
  readonly live: { readonly addresses: readonly string[]; readonly gateways: readonly string[] };
  /** One sentence each; empty where the link is as configured. */
  readonly differs: readonly string[];
}

/** What `gandi-agent network show --json` prints. New keys may come, none goes. */
export interface NetworkReport {
  readonly version: 1;
  /** What configures the network; null where the agent knows none that is installed and enabled. */
  readonly tool: string | null;
  /** Who writes /etc/resolv.conf. */
  readonly resolver: string;
  readonly nameservers: readonly string[];
  /** True while a change has not yet shown that it works. */
  readonly onTrial: boolean;
  readonly links: readonly LinkReport[];
}

/** The network as it is configured and as it is. @throws AgentError `config.invalid`, `state.unreadable` */
export async function readNetworkReport(system: System): Promise<NetworkReport> {
  const { tool, files } = await observeNetworkFiles(system);
  const config = await readConfig(system);
  const flags = await readFlags(system);
  const links = (await observeLinks(system)).filter(({ physical }) => physical);
  const [addresses, routes] = [await observeAddresses(system), await readDefaultRoutes(system)];
  const rendered = new Map(
    config === undefined || tool === null
      ? []
      : tool.render(modelOf(config, links, flags)).map(({ path, content }) => [path, content]),
  );
  return {
    version: 1,
    tool: tool?.name ?? null,
    resolver: (await observeResolver(system, tool?.name ?? null)).owner,
    nameservers: config === undefined ? [] : chooseNameservers(config),
    onTrial: (await readNetworkTrial(system)) !== undefined,
    links: links.map((link) => reportLink(link, { files, config, flags, links, addresses, routes, rendered })),
  };
}

interface Seen {
  readonly files: readonly NetworkFile[];
  readonly config: MachineConfig | undefined;
  readonly flags: Flags;
  readonly links: readonly Link[];
  readonly addresses: readonly LinkAddresses[];
  readonly routes: readonly Omit<DefaultRoute, 'answers'>[];
  readonly rendered: ReadonlyMap<string, string>;
}

function reportLink(link: Link, seen: Seen): LinkReport {
  const files = seen.files.filter(({ links }) =>
    links.some((said) => isAbout(said, { name: link.name, macAddress: link.address })),
  );
  const wanted = seen.config && modelLink(seen.config, seen, link.name);
  const live = {
    addresses: seen.addresses.find(({ name }) => name === link.name)?.addresses ?? [],
    gateways: seen.routes.filter(({ device }) => device === link.name).flatMap(({ gateway }) => gateway ?? []),
  };
  const vif = seen.config?.interfaces.find((wantedOne) => linkOf(wantedOne, seen.links) === link)?.number ?? null;
  return {
    name: link.name,
    macAddress: link.address,
    vif,
    files: files.map((file) => ({ path: file.path, source: sourceOf(file) })),
    configured: wanted === undefined ? null : wantedOf(wanted),
    live,
    differs: wanted === undefined ? [] : differencesOf(wantedOf(wanted), live, files, seen.rendered),
  };
}

function modelLink(config: MachineConfig, { links, flags }: Seen, name: string): NetworkLink | undefined {
  return modelOf(config, links, flags).links.find((each) => each.name === name);
}

function modelOf(config: MachineConfig, links: readonly Link[], flags: Flags) {
  const { model } = planNetworkModel(config, links, { staticIpv6: flags.CONFIG_STATIC_IPV6 });
  return { ...model, nameservers: flags.CONFIG_NAMESERVER ? chooseNameservers(config) : [] };
}

function sourceOf({ text, isOurs }: NetworkFile): FileSource {
  if (isOwn(text)) return 'swap-payload';
  return isOurs ? 'config-drive' : 'admin';
}

/** The configuration that the machine keeps; a machine without one has none. */
async function readConfig(system: System): Promise<MachineConfig | undefined> {
  const path = '/gandi/config';
  const text = await system.files.read(path);
  try {
    return text === undefined ? undefined : parseGandiConfig(text, path).config;
  } catch (error) {
    if (error instanceof AgentError) system.journal.warn(`${path}: ${error.message}`);
    return undefined;
  }
}
