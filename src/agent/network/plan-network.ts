import { chooseNameservers } from '../network-config/resolver-file.ts';
import type { NetworkDescription } from '../network-config/description.ts';
import type { NetworkLink, NetworkModel, RenderedFile } from '../network-config/model.ts';
import { isAbout } from '../network-config/file-links.ts';
import type { NetworkTool } from '../network-config/network-tools.ts';
import { interfacesFile, withSourceLine } from '../network-config/renderers/ifupdown.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { Action } from './actions.ts';
import type { NetworkFileChange } from './change-network.ts';
import { foreignFilesOf } from './foreign-files.ts';
import type { PlacedNic } from './match-nic.ts';
import type { NetworkFile, NetworkFiles } from './network-tool.ts';
import { placeNetwork, type PlacedNetwork } from './place-network.ts';
import { wayOutOf } from './way-out.ts';

export interface NetworkFacts {
  readonly description: NetworkDescription;
  readonly network: NetworkFiles;
  readonly nics: readonly PlacedNic[];
}

/** What of a description is to be drawn. */
export interface NetworkScope {
  /** The description is new; else only NICs that nothing describes are looked after. */
  readonly isNew: boolean;
  /** DHCP for NICs that neither the description nor a file mentions. */
  readonly dhcpFallback: boolean;
}

// What a network card takes at most to say whether a cable is in it; waited for only where a NIC that nothing describes is down.
const carrierSeconds = 9;

const noTool =
  'the network is not configured: none of netplan, ifupdown, NetworkManager, systemd-networkd, wicked and network-scripts is installed and enabled';

/** The network that the description asks for on this machine, without the links that an admin's own file configures. */
export function wantedNetwork(
  { description, network, nics }: NetworkFacts,
  flags: Flags,
  scope: NetworkScope,
): PlacedNetwork {
  const { tool, files } = network;
  const placed = placeNetwork(
    { description, nics, foreignFile: (link) => foreignFile(link, tool, files) },
    { only: null, dhcpFallback: scope.dhcpFallback, staticIpv6: flags.CONFIG_STATIC_IPV6 },
  );
  // netplan has one file for all links.
  const isWhole = scope.isNew || tool?.name === 'netplan';
  const links = placed.model.links.filter((link) => isWhole || !placed.described.has(link.name));
  const nameservers = flags.CONFIG_NAMESERVER ? chooseNameservers(description) : [];
  const isTold = scope.isNew && tool === null && links.length > 0;
  const notes = scope.isNew ? [...placed.notes, ...(isTold ? [noTool] : [])] : [];
  return { ...placed, model: { links: links.map(withFlags(flags)), nameservers }, notes };
}

/** What drives the files of the network to the description; nothing where they are right. */
export function planNetwork(facts: NetworkFacts, flags: Flags, scope: NetworkScope): Action[] {
  const { tool } = facts.network;
  if (tool === null) return [];
  const { model, unknown } = wantedNetwork(facts, flags, scope);
  return [...planFiles(tool, facts, model, scope), ...planCarrier(unknown)];
}

function planFiles(tool: NetworkTool, facts: NetworkFacts, model: NetworkModel, scope: NetworkScope): Action[] {
  const { files } = facts.network;
  const now = new Map(files.map(({ path, text }) => [path, text]));
  const wanted = [...mainFile(tool.name, model, now), ...tool.render(model)];
  const changes: NetworkFileChange[] = [
    ...wanted.filter(({ path, content }) => now.get(path) !== content),
    ...(scope.isNew ? obsolete(files, wanted, facts) : []),
  ];
  if (changes.length === 0) return [];
  const links = model.links.map(({ name }) => name);
  return [{ kind: 'change-network', tool: tool.name, files: changes, links, wayOut: wayOutOf(model) }];
}

/** The next round sees which of them have carrier; those without get no DHCP, which would only make the boot wait. */
function planCarrier(links: readonly string[]): Action[] {
  return links.length === 0 ? [] : [{ kind: 'raise-links', links, carrierSeconds }];
}

/** A file of somebody else that is about the link, or that is where ours would be, such as one whose mark was removed. */
function foreignFile(link: NetworkLink, tool: NetworkTool | null, files: readonly NetworkFile[]): string | undefined {
  const own = tool?.render({ links: [link], nameservers: [] }).map(({ path }) => path) ?? [];
  const inOurPlace = files.filter(({ path, isOurs }) => !isOurs && own.includes(path));
  return [...foreignFilesOf(files, link), ...inOurPlace][0]?.path;
}

/** Name servers of a network are in its files only where the flags allow any. */
function withFlags(flags: Flags): (link: NetworkLink) => NetworkLink {
  if (flags.CONFIG_NAMESERVER) return (link) => link;
  return (link) => ({ ...link, networks: link.networks.map((network) => ({ ...network, nameservers: [] })) });
}

/** ifupdown reads our files only if its main file says so; that stays the admin's, and gets a line at most. */
function mainFile(tool: string, model: NetworkModel, now: ReadonlyMap<string, string>): RenderedFile[] {
  if (tool !== 'ifupdown' || model.links.length === 0) return [];
  return [{ path: interfacesFile, mode: 0o644, content: withSourceLine(now.get(interfacesFile)) }];
}

/** Files of an earlier configuration: of interfaces that are gone, or that another file configures by now. */
function obsolete(
  files: readonly NetworkFile[],
  wanted: readonly RenderedFile[],
  { nics }: NetworkFacts,
): NetworkFileChange[] {
  const old = files.filter(
    ({ path, isOurs }) => isOurs && path !== interfacesFile && !wanted.some((file) => file.path === path),
  );
  return old
    .filter((file) => !isOnlyFile(file, files, wanted, nics))
    .map(({ path }) => ({ path, mode: 0o644, content: null }));
}

/**
 * Whether a NIC that is there would be left without any file: it keeps the one it has, as a machine with an old address can be
 * mended, and one without any cannot be reached.
 */
function isOnlyFile(
  file: NetworkFile,
  files: readonly NetworkFile[],
  wanted: readonly RenderedFile[],
  nics: readonly PlacedNic[],
): boolean {
  const isOf = ({ links }: NetworkFile, nic: PlacedNic) => links.some((said) => isAbout(said, nic));
  const drawn = wanted.map(({ content }) => content);
  return nics
    .filter((nic) => isOf(file, nic))
    .some(
      (nic) =>
        !files.some((other) => other.path !== file.path && !other.isOurs && isOf(other, nic)) &&
        !drawn.some((content) => mentions(content, nic)),
    );
}

/** All that is drawn names its links by name or by address. */
function mentions(content: string, { name, macAddress }: PlacedNic): boolean {
  const words = content.split(/[^\w.:-]+/);
  return words.includes(name) || words.some((word) => word !== '' && word.toLowerCase() === macAddress);
}
