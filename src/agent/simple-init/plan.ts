import { dirname } from 'node:path';
import type { Action, Step } from './actions.ts';
import { withHostEntry } from '../identity/hosts-file.ts';
import { withKeys } from '../machine-config/authorized-keys.ts';
import type { NetworkFamily } from './families.ts';
import type { NetworkLink, NetworkModel, RenderedFile } from '../network-config/model.ts';
import { isOwn } from '../network-config/own-files.ts';
import type { PlacedNic } from '../network/match-nic.ts';
import { placeNetwork, type PlacedNetwork } from '../network/place-network.ts';
import { mistakesError } from '../machine-config/parsed-config.ts';
import type { AgentError } from '../../core/error/agent-error.ts';
import { interfacesWithSource } from './renderers/interfaces.ts';
import type { OpenstackConfig } from '../sources/openstack.ts';
import { digestOf, type WrittenFiles, writtenFilesPath } from '../network/written-files.ts';
import type { SimpleInitOptions } from './options.ts';
import { networkManagerNoDns, renderResolver, resolvConfPath, type ResolverFacts } from './resolver.ts';

export interface SimpleInitFacts {
  readonly drive: OpenstackConfig;
  readonly family: NetworkFamily;
  readonly nics: readonly PlacedNic[];
  /** Text of the files that are there, by path: those of the family's folder and all that may be replaced. */
  readonly texts: ReadonlyMap<string, string>;
  /** Root's keys, in the files that sshd reads; undefined if there are none. */
  readonly rootKeys: string | undefined;
  /** Folders that are there. */
  readonly folders: ReadonlySet<string>;
  /** Paths of the services and of what the runlevel starts, on Gentoo. */
  readonly links: ReadonlySet<string>;
  readonly written: WrittenFiles;
  readonly resolver: ResolverFacts;
  /** Of the running kernel; undefined in a tree that is not running. */
  readonly liveHostname: string | undefined;
}

export interface SimpleInitPlan {
  /** The network that the files below describe. */
  readonly model: NetworkModel;
  /** Everything that the drive asks for, whether it is there already or not; sorted by path. */
  readonly files: readonly RenderedFile[];
  readonly steps: readonly Step[];
  readonly notes: readonly string[];
  readonly mistakes: readonly AgentError[];
}

export const interfacesFile = '/etc/network/interfaces';
export const keysFile = '/root/.ssh/authorized_keys';

/** What simple-init's job comes to on this machine: files of the network, the resolver, root's keys, the host's name. */
export function planSimpleInit(facts: SimpleInitFacts, options: SimpleInitOptions): SimpleInitPlan {
  const plan = options.skipNetwork || options.interface === 'lo' ? nothing : planNetwork(facts, options);
  const network = renderNetwork(plan.model, facts, options);
  const resolver = options.skipNetwork || options.skipDns ? [] : planResolver(facts, options);
  const keys = options.ssh ? planKeys(facts) : [];
  return {
    model: plan.model,
    files: [...network, ...resolver, ...keys].sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path))),
    steps: [
      {
        name: 'network',
        actions: [...planNetworkFiles(network, plan.model, facts), ...planServices(plan.model, facts)],
      },
      { name: 'carrier', actions: planCarrier(plan.unknown) },
      { name: 'resolver', actions: planResolverFiles(resolver, facts) },
      { name: "root's ssh keys", actions: planKeyActions(keys, facts) },
      { name: 'host name', actions: options.hostname ? planHostname(facts) : [] },
    ],
    notes: [...facts.drive.warnings, ...plan.notes],
    mistakes: mistakesOf(facts.drive),
  };
}

function mistakesOf({ mistakes }: OpenstackConfig): AgentError[] {
  if (mistakes.length === 0) return [];
  const remedy = 'correct it on the cloud, then rebuild the drive';
  return [mistakesError(mistakes, { code: 'config-drive.invalid', subject: '/mnt/config', remedy })];
}

// What glean waits at most for all of its NICs; here only while one that nothing describes may still get carrier.
const carrierSeconds = 9;

const nothing: Pick<PlacedNetwork, 'model' | 'notes' | 'unknown'> = {
  model: { links: [], nameservers: [] },
  notes: [],
  unknown: [],
};

function planNetwork(facts: SimpleInitFacts, options: SimpleInitOptions): typeof nothing {
  const { drive, nics } = facts;
  const foreignFile = (link: Pick<NetworkLink, 'name' | 'macAddress'>) => fileOfOthers(link, facts);
  const { interface: only, dhcpFallback } = options;
  return placeNetwork(
    { description: drive.network, nics, foreignFile },
    { only, dhcpFallback, staticIpv6: false, keepsDestinations: true },
  );
}

/** The next round sees which of them have carrier; those without get no DHCP, which would only make the boot wait. */
function planCarrier(links: readonly string[]): Action[] {
  return links.length === 0 ? [] : [{ kind: 'raise-links', links, carrierSeconds }];
}

/** A file that is not ours, or that was changed since, is the admin's and wins. */
function fileOfOthers(link: Pick<NetworkLink, 'name' | 'macAddress'>, facts: SimpleInitFacts): string | undefined {
  const { family, texts } = facts;
  const inFamily = (path: string) => family.folders.includes(dirname(path)) || path === interfacesFile;
  const foreign = [...texts].filter(([path, text]) => inFamily(path) && !isOurs(path, text, facts));
  const own = family.pathsOf(link.name);
  const nic = { name: link.name, macAddress: link.macAddress ?? '' };
  return foreign.find(([path, text]) => own.includes(path) || family.declares(text, nic))?.[0];
}

function isOurs(path: string, text: string, { written }: SimpleInitFacts): boolean {
  // The main file stays the admin's: we only ever add a line to it.
  return path !== interfacesFile && (isOwn(text) || (written[path]?.includes(digestOf(text)) ?? false));
}

function renderNetwork(model: NetworkModel, facts: SimpleInitFacts, options: SimpleInitOptions): RenderedFile[] {
  const { family, texts } = facts;
  const drawn = options.skipDns ? withoutNameservers(model) : model;
  const files = family.render(drawn, { networkManager: options.useNetworkManager });
  const isIfupdown = family.name === 'ifupdown' && !options.skipNetwork && options.interface !== 'lo';
  if (!isIfupdown) return files;
  return [{ path: interfacesFile, mode: 0o644, content: interfacesWithSource(texts.get(interfacesFile)) }, ...files];
}

function withoutNameservers({ links }: NetworkModel): NetworkModel {
  const bare = links.map((link) => ({
    ...link,
    networks: link.networks.map((network) => ({ ...network, nameservers: [] })),
  }));
  return { links: bare, nameservers: [] };
}

function planResolver({ drive, resolver, family }: SimpleInitFacts, options: SimpleInitOptions): RenderedFile[] {
  const files = renderResolver(drive.network.nameservers, resolver, family.name);
  return files.length > 0 && options.useNetworkManager ? [...files, networkManagerNoDns] : files;
}

function planNetworkFiles(files: readonly RenderedFile[], model: NetworkModel, facts: SimpleInitFacts): Action[] {
  const changed = files.filter(({ path, content }) => facts.texts.get(path) !== content);
  const removals = supersededFiles(files, model, facts);
  if (changed.length === 0) return removals;
  const added = files
    .filter(({ path }) => path !== interfacesFile)
    .map(({ path, content }) => [path, digestsOf(path, content, facts)] as const);
  const record = { ...facts.written, ...Object.fromEntries(added) };
  return [
    { kind: 'make-directory', path: dirname(writtenFilesPath), mode: 0o700 },
    // First the record, with the old text and the new: whatever power leaves of the two is known to be ours.
    { kind: 'write-file', path: writtenFilesPath, content: `${JSON.stringify(record, undefined, 2)}\n`, mode: 0o600 },
    ...changed.flatMap((file) => writing(file, facts)),
    ...removals,
  ];
}

/** What hotplug wrote for a NIC that a file of ours here configures by now, in its own form and under its own name. */
function supersededFiles(
  files: readonly RenderedFile[],
  { links }: NetworkModel,
  { family, texts }: SimpleInitFacts,
): Action[] {
  const written = new Set(files.map(({ path }) => path));
  const isDrawn = (path: string, text: string) =>
    links.some(({ name, macAddress }) => {
      const nic = { name, macAddress: macAddress ?? '' };
      return family.pathsOf(name).includes(path) || family.declares(text, nic);
    });
  return [...texts]
    .filter(([path, text]) => isOwn(text) && !written.has(path) && isDrawn(path, text))
    .map(([path]) => ({ kind: 'remove-file', path }));
}

/**
 * Gentoo starts a link by a service of its own: a link to that of `lo`, in the runlevel `default` (openrc(8)). Members
 * of a bond are started by it.
 */
function planServices({ links }: NetworkModel, { family, links: there }: SimpleInitFacts): Action[] {
  if (family.name !== 'netifrc') return [];
  return links
    .filter(({ bond }) => bond === null)
    .flatMap(({ name }) => [
      { kind: 'write-link', path: `/etc/init.d/net.${name}`, target: 'net.lo' } as const,
      { kind: 'write-link', path: `/etc/runlevels/default/net.${name}`, target: `/etc/init.d/net.${name}` } as const,
    ])
    .filter(({ path }) => !there.has(path));
}

function digestsOf(path: string, content: string, { texts }: SimpleInitFacts): string[] {
  const now = texts.get(path);
  return [...new Set([digestOf(content), ...(now === undefined ? [] : [digestOf(now)])])];
}

function planResolverFiles(files: readonly RenderedFile[], facts: SimpleInitFacts): Action[] {
  const { texts, resolver } = facts;
  return files
    .filter(({ path }) => path !== resolvConfPath || resolver.link !== 'elsewhere')
    .filter(({ path, content }) => texts.get(path) !== content)
    .flatMap((file): Action[] => [
      ...(file.path === resolvConfPath && resolver.link === 'dangling'
        ? [{ kind: 'remove-file', path: file.path } as const]
        : []),
      ...writing(file, facts),
    ]);
}

/** A folder that is there keeps its mode. */
function writing({ path, mode, content }: RenderedFile, { folders }: SimpleInitFacts): Action[] {
  const folder = dirname(path);
  return [
    ...(folders.has(folder) ? [] : [{ kind: 'make-directory', path: folder, mode: 0o755 } as const]),
    { kind: 'write-file', path, content, mode, enforceMode: mode === 0o600 },
  ];
}

function planKeys({ drive, texts }: SimpleInitFacts): RenderedFile[] {
  if (drive.metadata.keys.length === 0) return [];
  return [{ path: keysFile, mode: 0o600, content: withKeys(texts.get(keysFile), keyLines(drive)) }];
}

/** glean's comment above each key tells its owner which one it is. */
function keyLines({ metadata }: OpenstackConfig): string[] {
  return metadata.keys.flatMap(({ name, line }) => [`# Injected key ${name} by keypair extension`, line]);
}

/** sshd may read root's keys elsewhere than where glean would have put them. */
function planKeyActions(files: readonly RenderedFile[], { drive, rootKeys }: SimpleInitFacts): Action[] {
  const keys = keyLines(drive);
  const isThere = files.length === 0 || withKeys(rootKeys, keys) === (rootKeys ?? '');
  return isThere ? [] : [{ kind: 'authorize-keys', user: 'root', keys }];
}

function planHostname(facts: SimpleInitFacts): Action[] {
  const { drive, texts, family, liveHostname } = facts;
  const { hostname } = drive.metadata;
  if (hostname === null) return [];
  const named: RenderedFile =
    family.name === 'netifrc'
      ? { path: '/etc/conf.d/hostname', mode: 0o644, content: `hostname="${hostname}"\n` }
      : { path: '/etc/hostname', mode: 0o644, content: `${hostname}\n` };
  const hosts = withHostEntry(texts.get('/etc/hosts'), addressOf(drive), hostname);
  const isLive = liveHostname === undefined || liveHostname === hostname;
  return [
    ...[named, { path: '/etc/hosts', mode: 0o644, content: hosts }]
      .filter(({ path, content }) => texts.get(path) !== content)
      .flatMap((file) => writing(file, facts)),
    ...(isLive ? [] : [{ kind: 'set-hostname', hostname } as const]),
  ];
}

/** The first that the cloud names, by the ids of its networks; 127.0.1.1 is Debian's address of a host without a fixed one. */
function addressOf({ network }: OpenstackConfig): string {
  const sorted = [...network.networks].sort((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)));
  return sorted.find(({ address }) => address !== null)?.address ?? '127.0.1.1';
}
