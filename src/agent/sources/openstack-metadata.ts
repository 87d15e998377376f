import { z } from 'zod';
import { hostNameMistake } from '../machine-config/host-name.ts';
import type { PartReader } from '../machine-config/part-reader.ts';
import { sshKeyLines, sshKeyMistake } from '../machine-config/ssh-key.ts';

/** A key of the cloud's key store, with the name that its owner gave it there. */
export interface NamedKey {
  readonly name: string;
  /** One line of authorized_keys. */
  readonly line: string;
}

export interface OpenstackMetadata {
  readonly hostname: string | null;
  readonly keys: readonly NamedKey[];
  /** Where the drive keeps a network in the words of interfaces(5), as nova did once and Proxmox VE does: `/content/0000`. */
  readonly networkContentPath: string | null;
}

export const noMetadata: OpenstackMetadata = { hostname: null, keys: [], networkContentPath: null };

const networkConfig = z.object({ content_path: z.string().regex(/^\/content\/[A-Za-z0-9._-]{1,64}$/) });

/**
 * meta_data.json (https://docs.openstack.org/nova/latest/user/metadata.html). The host name is `name`, as glean takes it, where it
 * can be one: nova puts what the cloud's user typed there, which is any text. `hostname` is made of it by nova, with the
 * cloud's domain behind it.
 */
export function readMetadata(value: unknown, reader: PartReader): OpenstackMetadata {
  const top = reader.object(value, []);
  const network = reader.read(networkConfig, top.network_config, ['network_config']);
  return {
    hostname: readHostname(top, reader),
    keys: readKeys(reader.object(top.public_keys, ['public_keys']), reader),
    networkContentPath: network?.content_path ?? null,
  };
}

function readHostname(top: Readonly<Record<string, unknown>>, reader: PartReader): string | null {
  const { name, hostname } = top;
  if (isMissing(name) && isMissing(hostname)) return null;
  const [short = ''] = typeof hostname === 'string' ? hostname.split('.') : [];
  // An underscore, which clouds allow there, becomes a hyphen.
  const candidates = [name, short].flatMap((text) => (typeof text === 'string' ? [text.replaceAll('_', '-')] : []));
  const found = candidates.find((text) => text !== '' && hostNameMistake(text) === undefined);
  if (found !== undefined) return found;
  const problem = hostNameMistake(candidates[0] ?? '') ?? 'is not a text';
  reader.mistake(['name'], `${problem}; \`hostname\` cannot be used either`);
  return null;
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** Each key stands alone: a bad one is a warning beside good ones, and a mistake where no other is left. */
function readKeys(entries: Readonly<Record<string, unknown>>, reader: PartReader): NamedKey[] {
  const found = Object.entries(entries).flatMap(([key, value]) => {
    if (typeof value !== 'string') return [{ key, line: '', mistake: 'is not a text' }];
    return sshKeyLines(value).map((line) => ({ key, line, mistake: sshKeyMistake(line) }));
  });
  const good = found.filter(({ mistake }) => mistake === undefined);
  for (const { key, mistake } of found) {
    if (mistake === undefined) continue;
    if (good.length === 0) reader.mistake(['public_keys', key], mistake);
    else reader.warn(['public_keys', key], `is left out: it ${mistake}`);
  }
  return good.map(({ key, line }) => ({ name: oneLine(key), line }));
}

/** The name becomes a comment line: nothing of it may start a line of its own. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
