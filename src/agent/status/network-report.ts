import { z } from 'zod';
import { describeError } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import type { Flags } from '../flags/flag-table.ts';
import { readFlags } from '../flags/read-flags.ts';
import { type SourceName, sourceNames } from '../flags/source-names.ts';
import { type LinkAddresses, observeAddresses } from '../network/addresses.ts';
import { readDefaultRoutes } from '../network/default-routes.ts';
import { type Link, observeLinks } from '../network/links.ts';
import { matchingNic, type PlacedNic } from '../network/match-nic.ts';
import { type NetworkFile, observeNetworkFiles } from '../network/network-tool.ts';
import { readNetworkTrial } from '../network/network-trial.ts';
import { observeNics } from '../network/nics.ts';
import { placeNetwork } from '../network/place-network.ts';
import { observeResolver } from '../network/resolver.ts';
import type { DefaultRoute } from '../network/way-out.ts';
import { type NetworkDescription, nothingDescribed } from '../network-config/description.ts';
import { isAbout } from '../network-config/file-links.ts';
import type { NetworkModel } from '../network-config/model.ts';
import { chooseNameservers } from '../network-config/resolver-file.ts';
import { readStoredConfig, type StoredConfig } from '../sources/stored-config.ts';
import { differencesOf, lacksOf, wantedOf } from './network-differences.ts';

const fileSources = [...sourceNames, 'agent', 'admin'] as const;

/** Where a file comes from: a source that describes its link, the agent by itself, or somebody else. */
export type FileSource = (typeof fileSources)[number];

const wantedSchema = z.object({
  addresses: z.array(z.string()).readonly().describe('static ones, with prefix length'),
  gateways: z.array(z.string()).readonly(),
  dynamic: z
    .array(z.enum(['dhcp4', 'dhcp6', 'router-advertisement']))
    .readonly()
    .describe('further ones come by these'),
});

const linkReportSchema = z
  .object({
    name: z.string(),
    macAddress: z.string(),
    vif: z.number().nullable().describe('number of the interface in the payload; null if it is not there'),
    files: z
      .array(z.object({ path: z.string(), source: z.enum(fileSources) }))
      .readonly()
      .describe('what configures it, and where that came from'),
    configured: wantedSchema.nullable().describe('what the configuration says; null where it says nothing of the link'),
    live: z.object({ addresses: z.array(z.string()).readonly(), gateways: z.array(z.string()).readonly() }),
    lacks: z.array(z.string()).readonly().describe('addresses and gateways that are configured and not there'),
    differs: z.array(z.string()).readonly().describe('one sentence each; empty where the link is as configured'),
  })
  .describe('one network interface');

export type LinkReport = Readonly<z.infer<typeof linkReportSchema>>;

/** What `gandi-agent network show --json` prints. Keys may be added, never removed. */
export const networkReportSchema = z
  .object({
    version: z.literal(1),
    tool: z
      .string()
      .nullable()
      .describe('what configures the network; null where the agent knows none that is installed and enabled'),
    resolver: z.string().describe('who writes /etc/resolv.conf'),
    nameservers: z.array(z.string()).readonly(),
    onTrial: z.boolean().describe('a change has not yet shown that it works'),
    links: z.array(linkReportSchema).readonly(),
  })
  .describe('the network as it is configured and as it is');

export type NetworkReport = Readonly<z.infer<typeof networkReportSchema>>;

/** The network as it is configured and as it is. @throws AgentError `state.unreadable` */
export async function readNetworkReport(system: System): Promise<NetworkReport> {
  const { tool, files } = await observeNetworkFiles(system);
  const flags = await readFlags(system);
  const stored = await readConfig(system, flags);
  const description = stored?.config.network ?? nothingDescribed;
  const nics = await observeNics(system);
  const links = (await observeLinks(system)).filter(({ physical }) => physical);
  const [addresses, routes] = [await observeAddresses(system), await readDefaultRoutes(system)];
  const model = modelOf(description, nics, flags);
  const rendered = new Map(tool?.render(model).map(({ path, content }) => [path, content]) ?? []);
  const source = stored?.source ?? 'agent';
  const seen: Seen = { files, source, description, nics, model, addresses, routes, rendered };
  return {
    version: 1,
    tool: tool?.name ?? null,
    resolver: (await observeResolver(system, tool?.name ?? null)).owner,
    nameservers: chooseNameservers(description),
    onTrial: (await readNetworkTrial(system)) !== undefined,
    links: links.map((link) => reportLink(link, seen)),
  };
}

interface Seen {
  readonly files: readonly NetworkFile[];
  /** Of the configuration that the machine keeps. */
  readonly source: SourceName | 'agent';
  readonly description: NetworkDescription;
  readonly nics: readonly PlacedNic[];
  readonly model: NetworkModel;
  readonly addresses: readonly LinkAddresses[];
  readonly routes: readonly Omit<DefaultRoute, 'answers'>[];
  readonly rendered: ReadonlyMap<string, string>;
}

function reportLink(link: Link, seen: Seen): LinkReport {
  const files = seen.files.filter(({ links }) =>
    links.some((said) => isAbout(said, { name: link.name, macAddress: link.address })),
  );
  const wanted = seen.model.links.find(({ name }) => name === link.name);
  const own = seen.addresses.find(({ name }) => name === link.name);
  const live = {
    addresses: own?.addresses ?? [],
    gateways: seen.routes.filter(({ device }) => device === link.name).flatMap(({ gateway }) => gateway ?? []),
  };
  // What a router of the network gives to every machine is nobody's configuration of this one.
  const kept = { ...live, addresses: live.addresses.filter((address) => !own?.advertised.includes(address)) };
  const source = wanted === undefined ? 'agent' : seen.source;
  return {
    name: link.name,
    macAddress: link.address,
    vif: numberOf(link, seen),
    files: files.map(({ path, isOurs }) => ({ path, source: isOurs ? source : 'admin' })),
    configured: wanted === undefined ? null : wantedOf(wanted),
    live,
    lacks: wanted === undefined ? [] : lacksOf(wantedOf(wanted), live),
    differs: wanted === undefined ? [] : differencesOf(wantedOf(wanted), kept, files, seen.rendered),
  };
}

function numberOf({ name }: Link, { description, nics }: Seen): number | null {
  for (const link of description.links) {
    if (link.type !== 'physical' || link.match.by !== 'number') continue;
    const nic = matchingNic(link.match, nics);
    if (typeof nic !== 'string' && nic.name === name) return link.match.number;
  }
  return null;
}

function modelOf(description: NetworkDescription, nics: readonly PlacedNic[], flags: Flags): NetworkModel {
  const options = { only: null, dhcpFallback: false, staticIpv6: flags.CONFIG_STATIC_IPV6 };
  const { model } = placeNetwork({ description, nics, foreignFile: () => undefined }, options);
  return { ...model, nameservers: flags.CONFIG_NAMESERVER ? chooseNameservers(description) : [] };
}

/** The configuration that the machine keeps; a machine without one has none. */
async function readConfig(system: System, flags: Flags): Promise<StoredConfig | undefined> {
  try {
    return await readStoredConfig(system, flags);
  } catch (error) {
    system.journal.warn(`going on without it: ${describeError(error)}`);
    return undefined;
  }
}
