import { z } from 'zod';
import { hostNameMistake } from '../machine-config/host-name.ts';
import type { PartReader } from '../machine-config/part-reader.ts';
import { takeSshKeys } from '../machine-config/ssh-key.ts';
import type { NetworkDescription } from '../network-config/description.ts';
import { readInterfacesText } from './interfaces-text.ts';

export interface NocloudMetadata {
  readonly hostname: string | null;
  /** The key that the host name is of. */
  readonly hostnameKey: 'local-hostname' | 'hostname';
  readonly sshKeys: readonly string[];
  /** From `network-interfaces`, the oldest way; undefined where the key is not there. */
  readonly network: NetworkDescription | undefined;
}

// `instance-id` says nothing here: a digest of the whole drive tells whether it is new.
const known = ['instance-id', 'local-hostname', 'hostname', 'public-keys', 'network-interfaces'];

/** meta-data of NoCloud. */
export function readNocloudMetadata(value: unknown, reader: PartReader): NocloudMetadata {
  const top = reader.object(value, []);
  reader.nameUnknownKeys(top, known, []);
  const isLocal = top['local-hostname'] !== undefined;
  const key = isLocal ? 'local-hostname' : 'hostname';
  if (isLocal && top.hostname !== undefined) reader.nameBeaten(['hostname'], 'local-hostname');
  const interfaces = reader.read(z.string(), top['network-interfaces'], ['network-interfaces']);
  return {
    hostnameKey: key,
    hostname: readShortHostname(top[key], [key], reader),
    sshKeys: takeSshKeys(keysOf(top['public-keys'], reader).join('\n'), ['public-keys'], reader),
    network: interfaces === undefined ? undefined : readInterfacesText(interfaces, reader),
  };
}

/** The first label of a name: a kernel's host name has no domain. */
export function readShortHostname(value: unknown, path: readonly PropertyKey[], reader: PartReader): string | null {
  const text = reader.read(z.string(), value, path);
  if (text === undefined || text === '') return null;
  const [short = ''] = text.split('.');
  const mistake = hostNameMistake(short);
  if (mistake === undefined) return short;
  reader.mistake(path, mistake);
  return null;
}

/** A list, or a list by name, or EC2's form with the key below `openssh-key`. */
function keysOf(value: unknown, reader: PartReader): string[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return [value];
  if (typeof value === 'object') return Object.values(value).flatMap((each) => keysOf(each, reader));
  reader.mistake(['public-keys'], `must be made of texts, not of ${typeof value}`);
  return [];
}
