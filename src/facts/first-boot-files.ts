import { constants } from 'node:fs';
import type { Distro } from '../distro/distro.ts';
import { ifupdownPath, interfacesFile } from '../network/renderers/ifupdown.ts';
import { byteReader, digestOf } from '../sources/payload-medium.ts';
import type { System } from '../system/system.ts';
import { type AccessFacts, observeAccess } from './access.ts';
import { observeDistro } from './distro.ts';
import type { Link } from './links.ts';
import { liveHostnamePath } from './live-hostname.ts';

/** A file's text; undefined if there is none. */
type Text = string | undefined;

/** Who owns /etc/resolv.conf, and what is written there now. */
export type ResolverFact =
  | { readonly owner: 'file'; readonly text: Text }
  | { readonly owner: 'systemd-resolved'; readonly text: Text }
  | { readonly owner: 'other'; readonly target: string };

/** What a first boot configures, as it is now. */
export interface FirstBootFiles {
  readonly hostname: Text;
  /** Of the running kernel; undefined in a tree that is not running. */
  readonly liveHostname: Text;
  readonly mailname: Text;
  readonly hosts: Text;
  readonly distro: Distro;
  readonly access: AccessFacts;
  readonly storedConfig: Text;
  /** sha256, in hex, of the customer's script. */
  readonly storedScript: string | undefined;
  readonly resolver: ResolverFact;
  readonly interfaces: Text;
  /** Text of the file of each physical link under interfaces.d. */
  readonly linkFiles: ReadonlyMap<string, Text>;
}

export const resolvedDropIn = '/etc/systemd/resolved.conf.d/gandi.conf';

/** @param userName the user that the configuration asks for; null if none */
export async function observeFirstBootFiles(
  system: System,
  links: readonly Link[],
  userName: string | null,
): Promise<FirstBootFiles> {
  const { files } = system;
  const linkFiles = await Promise.all(
    links
      .filter((link) => link.physical)
      .map(async ({ name }) => [name, await files.read(ifupdownPath(name))] as const),
  );
  return {
    hostname: await files.read('/etc/hostname'),
    liveHostname: (await files.read(liveHostnamePath))?.trim(),
    mailname: await files.read('/etc/mailname'),
    hosts: await files.read('/etc/hosts'),
    distro: await observeDistro(system),
    access: await observeAccess(system, userName),
    storedConfig: await files.read('/gandi/config'),
    storedScript: await digestOfFile(system, '/gandi/script'),
    resolver: await observeResolver(system),
    interfaces: await files.read(interfacesFile),
    linkFiles: new Map(linkFiles),
  };
}

/** Piece by piece: a script may be too large to be held. */
async function digestOfFile({ files }: System, path: string): Promise<string | undefined> {
  const status = await files.status(path);
  if (status?.type !== 'file') return undefined;
  const handle = await files.open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return await digestOf(byteReader(handle, path), 0, status.size);
  } finally {
    await handle.close();
  }
}

async function observeResolver(system: System): Promise<ResolverFact> {
  const target = await system.files.linkTarget('/etc/resolv.conf');
  if (target === undefined) return { owner: 'file', text: await system.files.read('/etc/resolv.conf') };
  // systemd-resolved.service(8), "/etc/resolv.conf": a link to one of its files means that it is in charge.
  if (/\/systemd\/resolve\//.test(target))
    return { owner: 'systemd-resolved', text: await system.files.read(resolvedDropIn) };
  return { owner: 'other', target };
}
