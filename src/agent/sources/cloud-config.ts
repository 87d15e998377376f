import { z } from 'zod';
import type { MachineConfig } from '../machine-config/machine-config.ts';
import { noLogin } from '../machine-config/machine-config.ts';
import type { PartReader } from '../machine-config/part-reader.ts';
import { readLogins } from './cloud-config-logins.ts';
import { readShortHostname } from './nocloud-metadata.ts';
import { readRunCommands } from './run-commands.ts';
import { yamlBoolean } from './yaml-boolean.ts';

/** What of a `#cloud-config` a machine can be made to. */
export type CloudConfig = Pick<
  MachineConfig,
  'hostname' | 'root' | 'users' | 'postBoot' | 'timezone' | 'locale' | 'timeServers'
>;

export const noCloudConfig: CloudConfig = {
  hostname: null,
  root: noLogin,
  users: [],
  postBoot: { run: null, scriptArguments: null },
  timezone: null,
  locale: null,
  timeServers: [],
};

const known = [
  'hostname',
  'fqdn',
  'user',
  'password',
  'ssh_authorized_keys',
  'users',
  'chpasswd',
  'timezone',
  'locale',
  'ntp',
  'runcmd',
  'manage_etc_hosts',
];

type Keys = Readonly<Record<string, unknown>>;

/**
 * A `#cloud-config` (https://docs.cloud-init.io/en/latest/reference/modules.html). Every key is taken, or named with its path.
 */
export function readCloudConfig(value: unknown, reader: PartReader): CloudConfig {
  const top = reader.object(value, []);
  reader.nameUnknownKeys(top, known, []);
  nameHostsFile(top.manage_etc_hosts, reader);
  const logins = readLogins(top, reader);
  return {
    hostname: readHostname(top, reader),
    root: logins.find(({ name }) => name === 'root') ?? noLogin,
    users: logins.filter(({ name }) => name !== 'root'),
    postBoot: readRunCommands(top.runcmd, reader),
    timezone: reader.read(z.string().max(64), top.timezone, ['timezone']) || null,
    locale: readLocale(top.locale, reader),
    timeServers: readTimeServers(reader.object(top.ntp, ['ntp']), reader),
  };
}

/** cloud-init's `fqdn` is the same name with a domain. */
function readHostname({ hostname, fqdn }: Keys, reader: PartReader): string | null {
  const own = readShortHostname(hostname, ['hostname'], reader);
  if (own === null) return readShortHostname(fqdn, ['fqdn'], reader);
  if (fqdn !== undefined && fqdn !== null) reader.nameBeaten(['fqdn'], 'hostname');
  return own;
}

/** The host's own entry of /etc/hosts is written in any case; all of the file never is. */
function nameHostsFile(value: unknown, reader: PartReader): void {
  const isAsked = yamlBoolean(value) === true || value === 'localhost' || value === 'template';
  if (value === undefined || value === null || isAsked) return;
  reader.warn(['manage_etc_hosts'], "was left out: the host's own line is written in any case");
}

function readLocale(value: unknown, reader: PartReader): string | null {
  const locale = z
    .string()
    .regex(/^[A-Za-z]{1,8}(?:_[A-Z]{2})?(?:\.[A-Za-z0-9-]+)?(?:@[A-Za-z0-9]+)?$/, 'is not a locale');
  return reader.read(locale, value, ['locale']) ?? null;
}

function readTimeServers(keys: Keys, reader: PartReader): string[] {
  reader.nameUnknownKeys(keys, ['servers', 'pools', 'enabled'], ['ntp']);
  const names = z.array(z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/, 'is not a name or an address')).max(8);
  if (reader.read(z.preprocess(yamlBoolean, z.boolean()), keys.enabled, ['ntp', 'enabled']) === false) return [];
  return (['servers', 'pools'] as const).flatMap((key) => reader.read(names, keys[key], ['ntp', key]) ?? []);
}
