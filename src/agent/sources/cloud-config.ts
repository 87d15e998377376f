import { z } from 'zod';
import { Secret } from '../../core/secret/secret.ts';
import type { Login, MachineConfig, UserConfig } from '../machine-config/machine-config.ts';
import { noLogin } from '../machine-config/machine-config.ts';
import type { PartReader } from '../machine-config/part-reader.ts';
import { passwordHashMistake } from '../machine-config/password-hash.ts';
import { takeSshKeys } from '../machine-config/ssh-key.ts';
import { userNameMistake } from '../machine-config/user-name.ts';
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
  // The host's own entry of /etc/hosts is written in any case.
  'manage_etc_hosts',
];

type Keys = Readonly<Record<string, unknown>>;
type Path = readonly PropertyKey[];

/**
 * A `#cloud-config` (https://docs.cloud-init.io/en/latest/reference/modules.html). `user`, `password` and `ssh_authorized_keys` are
 * about the default user: the one that `user` names, else root.
 */
export function readCloudConfig(value: unknown, reader: PartReader): CloudConfig {
  const top = reader.object(value, []);
  reader.nameUnknownKeys(top, known, []);
  const logins = readLogins(top, reader);
  return {
    hostname: readShortHostname(top.hostname, ['hostname'], reader) ?? readShortHostname(top.fqdn, ['fqdn'], reader),
    root: logins.find(({ name }) => name === 'root') ?? noLogin,
    users: logins.filter(({ name }) => name !== 'root'),
    postBoot: readRunCommands(top.runcmd, reader),
    timezone: reader.read(z.string().max(64), top.timezone, ['timezone']) || null,
    locale: readLocale(top.locale, reader),
    timeServers: readTimeServers(reader.object(top.ntp, ['ntp']), reader),
  };
}

/** Everybody who is named, root among them; what is said of one in several places is put together. */
function readLogins(top: Keys, reader: PartReader): UserConfig[] {
  const found = [readDefaultUser(top, reader), ...readUsers(top.users, reader)].filter((login) => login !== undefined);
  const logins = [...found, { name: 'root', isAdministrator: false, ...noLogin }];
  const names = new Set(logins.map(({ name }) => name));
  const passwords = readChpasswd(reader.object(top.chpasswd, ['chpasswd']), names, reader);
  return [...Map.groupBy(logins, ({ name }) => name)].map(([name, same]) => ({
    name,
    isAdministrator: same.some((login) => login.isAdministrator),
    passwordHash: passwords.get(name) ?? same.find((login) => login.passwordHash !== null)?.passwordHash ?? null,
    sshKeys: [...new Set(same.flatMap(({ sshKeys }) => sshKeys))],
  }));
}

function readDefaultUser(top: Keys, reader: PartReader): UserConfig | undefined {
  const name = typeof top.user === 'string' ? top.user : reader.object(top.user, ['user']).name;
  const login = readLogin(
    { passwd: top.password, ssh_authorized_keys: top.ssh_authorized_keys },
    'password',
    [],
    reader,
  );
  const isNamed = name !== undefined && name !== null;
  if (!isNamed) return { name: 'root', isAdministrator: false, ...login };
  const mistake = nameMistake(name);
  if (mistake === undefined) return { name: String(name), isAdministrator: name !== 'root', ...login };
  reader.mistake(['user'], mistake);
  return undefined;
}

const knownOfUser = ['name', 'passwd', 'hashed_passwd', 'ssh_authorized_keys', 'sudo', 'groups', 'lock_passwd'];
const administrators = ['sudo', 'wheel', 'admin'];

function readUsers(value: unknown, reader: PartReader): (UserConfig | undefined)[] {
  return reader.list(value, ['users'], 64).map((item, index) => {
    const path = ['users', index];
    // The default user is told of at the top.
    if (item === 'default') return undefined;
    const keys = reader.object(typeof item === 'string' ? { name: item } : item, path);
    const mistake = nameMistake(keys.name);
    if (mistake !== undefined) {
      reader.mistake([...path, 'name'], mistake);
      return undefined;
    }
    reader.nameUnknownKeys(keys, knownOfUser, path);
    const hash = keys.passwd === undefined ? 'hashed_passwd' : 'passwd';
    const isLocked = yamlBoolean(keys.lock_passwd) === true && keys[hash] !== undefined;
    if (isLocked) reader.warn([...path, 'lock_passwd'], `is true, so that ${hash} was left out`);
    const login = readLogin({ ...keys, passwd: isLocked ? undefined : keys[hash] }, hash, path, reader);
    return { name: String(keys.name), isAdministrator: isAdministrator(keys, path, reader), ...login };
  });
}

/** Rights are given by the distribution's group of administrators. A rule that gives fewer rights gives none here, and is named. */
function isAdministrator({ sudo, groups, name }: Keys, path: Path, reader: PartReader): boolean {
  const listed = typeof groups === 'string' ? groups.split(',').map((each) => each.trim()) : groups;
  const names = Array.isArray(listed) ? listed.map(String) : [];
  const others = names.filter((group) => !administrators.includes(group));
  if (others.length > 0) reader.warn([...path, 'groups'], `${others.join(', ')}: is not known here and was left out`);
  const rules = sudoRules(sudo);
  if (!rules.every(isForAll)) reader.warn([...path, 'sudo'], 'a rule that does not allow everything was left out');
  return name !== 'root' && (rules.some(isForAll) || names.some((group) => administrators.includes(group)));
}

/** A text, or a list of texts; nothing in it, or `no`, is how one says that there is none. */
function sudoRules(sudo: unknown): string[] {
  const rules: unknown[] = Array.isArray(sudo) ? sudo : [sudo];
  return rules.filter(
    (rule): rule is string => typeof rule === 'string' && rule.trim() !== '' && yamlBoolean(rule) !== false,
  );
}

/** sudoers(5): on all hosts, as anybody, every command. */
function isForAll(rule: string): boolean {
  return /^ALL *= *\(ALL(?: *: *ALL)?\) *(?:NOPASSWD *: *)?ALL$/.test(rule.trim());
}

function nameMistake(name: unknown): string | undefined {
  if (name === 'root') return undefined;
  return typeof name === 'string' ? userNameMistake(name) : 'must be string';
}

function readLogin(keys: Keys, passwordKey: string, path: Path, reader: PartReader): Login {
  const lines = reader.read(z.array(z.string()).max(256), keys.ssh_authorized_keys, [...path, 'ssh_authorized_keys']);
  return {
    passwordHash: readHash(keys.passwd, [...path, passwordKey], reader),
    sshKeys: takeSshKeys((lines ?? []).join('\n'), [...path, 'ssh_authorized_keys'], reader),
  };
}

function readHash(value: unknown, path: Path, reader: PartReader): Secret | null {
  const text = reader.read(z.string(), value, path);
  if (text === undefined || text === '') return null;
  const mistake = passwordHashMistake(text);
  if (mistake === undefined) return new Secret(text);
  reader.mistake(path, mistake);
  return null;
}

/**
 * `expire: true` is not taken: nobody is made to change a password at login.
 * @param names who is there: no account is made only for a password
 */
function readChpasswd(keys: Keys, names: ReadonlySet<string>, reader: PartReader): Map<string, Secret> {
  reader.nameUnknownKeys(keys, ['users', 'expire'], ['chpasswd']);
  const hashes = new Map<string, Secret>();
  reader.list(keys.users, ['chpasswd', 'users'], 64).forEach((item, index) => {
    const path = ['chpasswd', 'users', index];
    const { name, password } = reader.object(item, path);
    const hash = readHash(password, [...path, 'password'], reader);
    if (typeof name !== 'string' || !names.has(name)) {
      reader.mistake([...path, 'name'], 'is neither root nor a user that is named elsewhere');
    } else if (hash !== null) hashes.set(name, hash);
  });
  return hashes;
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
  return (['servers', 'pools'] as const).flatMap((key) => reader.read(names, keys[key], ['ntp', key]) ?? []);
}
