import { isDeepStrictEqual } from 'node:util';
import type { FlagName, Flags } from '../flags/flag-table.ts';
import { type MachineConfig, noLogin, type UserConfig } from '../machine-config/machine-config.ts';

/** Of a configuration that is asked for: what is compared with the record, and applied each for itself. */
export const configParts = [
  'hostname',
  'user',
  'password',
  'ssh-keys',
  'network',
  'disks',
  'outcome',
  'timezone',
  'locale',
  'time-servers',
  'post-boot',
] as const;

export type ConfigPart = (typeof configParts)[number];

interface PartRow {
  /** What the configuration says of it, as data that compares; null where it says nothing. */
  readonly value: (config: MachineConfig) => unknown;
  /** Which flag switches it off; null for none. */
  readonly flag: FlagName | null;
  /** Who applies it. */
  readonly by: 'bootstrap' | 'config' | 'next-boot';
  /** Its step, where the name is not that of the part. */
  readonly step?: string;
}

const orNull = <T>(list: readonly T[]): readonly T[] | null => (list.length === 0 ? null : list);

export const partTable: Readonly<Record<ConfigPart, PartRow>> = {
  hostname: { value: ({ hostname }) => hostname, flag: 'CONFIG_HOSTNAME', by: 'bootstrap' },
  user: {
    value: ({ users }) => orNull(users.map(({ name, isAdministrator }) => ({ name, isAdministrator }))),
    flag: 'CONFIG_USER',
    by: 'bootstrap',
  },
  password: { value: ({ root }) => root.passwordHash?.reveal() ?? null, flag: 'CONFIG_PASSWORD', by: 'bootstrap' },
  'ssh-keys': { value: ({ root }) => orNull(root.sshKeys), flag: 'CONFIG_SSH_KEYS', by: 'bootstrap' },
  network: {
    value: ({ network }) => (network.links.length + network.nameservers.length === 0 ? null : network),
    flag: 'CONFIG_NETWORK',
    by: 'bootstrap',
  },
  disks: { value: ({ disks }) => disks, flag: 'CONFIG_ASSIGN_DISKS', by: 'bootstrap' },
  outcome: {
    value: ({ outcome }) => outcome && { url: outcome.url, key: outcome.key.reveal() },
    flag: null,
    by: 'next-boot',
  },
  timezone: { value: ({ timezone }) => timezone, flag: 'CONFIG_TIMEZONE', by: 'config' },
  locale: { value: ({ locale }) => locale, flag: 'CONFIG_LOCALE', by: 'config' },
  'time-servers': {
    value: ({ timeServers }) => orNull(timeServers),
    flag: 'CONFIG_NTP',
    by: 'config',
    step: 'time servers',
  },
  'post-boot': {
    value: ({ postBoot }) => (postBoot?.run || postBoot?.scriptArguments ? postBoot : null),
    flag: 'CONFIG_POSTBOOT',
    by: 'next-boot',
  },
};

/** What a configuration says otherwise than the one on record. What it says nothing of stays as it is, as with a payload. */
export function changedParts(recorded: MachineConfig | undefined, asked: MachineConfig): ReadonlySet<ConfigPart> {
  const isChanged = (part: ConfigPart) => {
    const value = partTable[part].value(asked);
    return value !== null && (recorded === undefined || !isDeepStrictEqual(value, partTable[part].value(recorded)));
  };
  return new Set(configParts.filter(isChanged));
}

const none = {
  CONFIG_HOSTNAME: false,
  CONFIG_HOSTS: false,
  CONFIG_USER: false,
  CONFIG_PASSWORD: false,
  CONFIG_SSH_KEYS: false,
  CONFIG_NAMESERVER: false,
  CONFIG_NETWORK: false,
  CONFIG_ASSIGN_DISKS: false,
} satisfies Partial<Flags>;

type PlannedFlag = keyof typeof none;

/** What each part is planned with. The line in /etc/hosts has the name and an address; name servers are in the files of the network too. */
const flagsOf: Readonly<Partial<Record<ConfigPart, readonly PlannedFlag[]>>> = {
  hostname: ['CONFIG_HOSTNAME', 'CONFIG_HOSTS'],
  user: ['CONFIG_USER', 'CONFIG_PASSWORD', 'CONFIG_SSH_KEYS'],
  password: ['CONFIG_USER', 'CONFIG_PASSWORD'],
  'ssh-keys': ['CONFIG_USER', 'CONFIG_SSH_KEYS'],
  network: ['CONFIG_NETWORK', 'CONFIG_NAMESERVER', 'CONFIG_HOSTS'],
  disks: ['CONFIG_ASSIGN_DISKS'],
};

/**
 * The configuration and the flags with which the planners of a boot plan one part, and nothing else. A flag that is off stays off.
 * @param changed all parts that are: what two of them have in common is of the first
 */
export function onlyPart(
  part: ConfigPart,
  changed: ReadonlySet<ConfigPart>,
  config: MachineConfig,
  flags: Flags,
): { readonly config: MachineConfig; readonly flags: Flags } {
  const own = (flagsOf[part] ?? []).filter((flag) => flag !== 'CONFIG_HOSTS' || part === firstOfHosts(changed));
  const kept: Partial<Pick<Flags, PlannedFlag>> = Object.fromEntries(own.map((flag) => [flag, flags[flag]]));
  return {
    flags: { ...flags, ...none, ...kept },
    config: {
      ...config,
      root: part === 'password' || part === 'ssh-keys' ? config.root : noLogin,
      users: usersOf(part, changed, config.users),
      outcome: part === 'outcome' ? config.outcome : null,
    },
  };
}

function firstOfHosts(changed: ReadonlySet<ConfigPart>): ConfigPart {
  return changed.has('hostname') ? 'hostname' : 'network';
}

/** A user that is new gets password and keys with the account. */
function usersOf(
  part: ConfigPart,
  changed: ReadonlySet<ConfigPart>,
  users: readonly UserConfig[],
): readonly UserConfig[] {
  if (part === 'user') return users;
  return changed.has('user') ? [] : users;
}
