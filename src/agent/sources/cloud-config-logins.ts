import { z } from 'zod';
import { Secret } from '../../core/secret/secret.ts';
import { formatPath } from '../../core/text/json-text.ts';
import type { UserConfig } from '../machine-config/machine-config.ts';
import type { PartReader } from '../machine-config/part-reader.ts';
import { passwordHashMistake } from '../machine-config/password-hash.ts';
import { takeSshKeys } from '../machine-config/ssh-key.ts';
import { userNameMistake } from '../machine-config/user-name.ts';
import { yamlBoolean } from './yaml-boolean.ts';

type Keys = Readonly<Record<string, unknown>>;
type Path = readonly PropertyKey[];

interface Password {
  readonly path: Path;
  readonly hash: Secret;
}

/** What one place of the text says of somebody. */
interface FoundLogin extends Omit<UserConfig, 'passwordHash'> {
  /** The one that counts is first. */
  readonly passwords: readonly Password[];
}

/**
 * Everybody whom a `#cloud-config` names, root among them; what is said of one in several places is put together.
 * @param top `user`, `password` and `ssh_authorized_keys` are about the default user: the one that `user` names, else root
 */
export function readLogins(top: Keys, reader: PartReader): UserConfig[] {
  const found = [readDefaultUser(top, reader), ...readUsers(top.users, reader)].filter((login) => login !== undefined);
  const logins = [...found, { name: 'root', isAdministrator: false, passwords: [], sshKeys: [] }];
  const names = new Set(logins.map(({ name }) => name));
  const passwords = readChpasswd(reader.object(top.chpasswd, ['chpasswd']), names, reader);
  return [...Map.groupBy(logins, ({ name }) => name)].map(([name, same]) => ({
    name,
    isAdministrator: same.some((login) => login.isAdministrator),
    passwordHash: firstOf([...(passwords.get(name) ?? []), ...same.flatMap((login) => login.passwords)], reader),
    sshKeys: [...new Set(same.flatMap(({ sshKeys }) => sshKeys))],
  }));
}

function firstOf([first, ...others]: readonly Password[], reader: PartReader): Secret | null {
  if (first === undefined) return null;
  for (const { path } of others) reader.nameBeaten(path, formatPath(first.path));
  return first.hash;
}

/** An administrator, as the default user of every distribution is, unless `sudo` says otherwise. */
function readDefaultUser(top: Keys, reader: PartReader): FoundLogin | undefined {
  const isName = typeof top.user === 'string';
  const path = isName ? [] : ['user'];
  const keys = isName ? { name: top.user } : reader.object(top.user, path);
  const name = keys.name ?? 'root';
  const mistake = nameMistake(name);
  if (mistake !== undefined) {
    reader.mistake(isName ? ['user'] : ['user', 'name'], mistake);
    return undefined;
  }
  const own = readUser({ ...keys, name }, path, reader);
  const atTop = [readPassword(top.password, ['password'], reader)].filter((each) => each !== undefined);
  return {
    ...own,
    isAdministrator: name !== 'root' && (own.isAdministrator || keys.sudo === undefined),
    passwords: [...atTop, ...own.passwords],
    sshKeys: [...own.sshKeys, ...readKeys(top.ssh_authorized_keys, ['ssh_authorized_keys'], reader)],
  };
}

function readUsers(value: unknown, reader: PartReader): (FoundLogin | undefined)[] {
  return reader.list(value, ['users'], 64).map((item, index) => {
    const path = ['users', index];
    // The default user is told of at the top.
    if (item === 'default') return undefined;
    const keys = reader.object(typeof item === 'string' ? { name: item } : item, path);
    const mistake = nameMistake(keys.name);
    if (mistake === undefined) return readUser(keys, path, reader);
    reader.mistake([...path, 'name'], mistake);
    return undefined;
  });
}

const knownOfUser = ['name', 'passwd', 'hashed_passwd', 'ssh_authorized_keys', 'sudo', 'groups', 'lock_passwd'];
const flag = z.preprocess(yamlBoolean, z.boolean());

/** @param keys whose name is one */
function readUser(keys: Keys, path: Path, reader: PartReader): FoundLogin {
  reader.nameUnknownKeys(keys, knownOfUser, path);
  const lock = reader.read(flag, keys.lock_passwd ?? false, [...path, 'lock_passwd']);
  // cloud-init sets `hashed_passwd` after the account was made with `passwd`.
  const given = ['hashed_passwd', 'passwd'].filter((key) => keys[key] !== undefined && keys[key] !== null);
  if (lock === true && given.length > 0)
    reader.warn([...path, 'lock_passwd'], `is true, so that ${given.join(' and ')} was left out`);
  // A lock that cannot be read may be meant.
  const taken = lock === false ? given : [];
  const passwords = taken.map((key) => readPassword(keys[key], [...path, key], reader));
  return {
    name: String(keys.name),
    isAdministrator: isAdministrator(keys, path, reader),
    passwords: passwords.filter((password) => password !== undefined),
    sshKeys: readKeys(keys.ssh_authorized_keys, [...path, 'ssh_authorized_keys'], reader),
  };
}

const administrators = ['sudo', 'wheel', 'admin'];
const groupsOfUser = z.union([z.string(), z.array(z.string())], 'must be a text or a list of texts');
const sudoRules = z.union(
  [z.string(), z.literal(false), z.array(z.string())],
  'must be a rule, a list of rules or false',
);

/** Rights are given by the distribution's group of administrators. A rule that gives fewer rights gives none here, and is named. */
function isAdministrator({ sudo, groups, name }: Keys, path: Path, reader: PartReader): boolean {
  const listed = reader.read(groupsOfUser, groups, [...path, 'groups']) ?? [];
  const names = typeof listed === 'string' ? listed.split(',').map((each) => each.trim()) : listed;
  const others = names.filter((group) => group !== '' && !administrators.includes(group));
  if (others.length > 0) reader.warn([...path, 'groups'], `${others.join(', ')}: is not known here and was left out`);
  const rules = rulesOf(reader.read(sudoRules, sudo, [...path, 'sudo']) ?? []);
  if (!rules.every(isForAll)) reader.warn([...path, 'sudo'], 'a rule that does not allow everything was left out');
  return name !== 'root' && (rules.some(isForAll) || names.some((group) => administrators.includes(group)));
}

/** An empty rule, or `no`, means that there is no rule. */
function rulesOf(sudo: string | false | readonly string[]): string[] {
  const rules = typeof sudo === 'object' ? sudo : [sudo];
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

function readKeys(value: unknown, path: Path, reader: PartReader): string[] {
  const lines = reader.read(z.array(z.string()).max(256), value, path);
  return takeSshKeys((lines ?? []).join('\n'), path, reader);
}

function readPassword(value: unknown, path: Path, reader: PartReader): Password | undefined {
  const text = reader.read(z.string(), value, path);
  if (text === undefined || text === '') return undefined;
  const mistake = passwordHashMistake(text);
  if (mistake === undefined) return { path, hash: new Secret(text) };
  reader.mistake(path, mistake);
  return undefined;
}

const passwordOfUser = z.object({
  name: z.string(),
  password: z.unknown().optional(),
  // Clear text is not taken, and a password that is made up here would be known to nobody.
  type: z.literal('hash', 'must be hash').nullish(),
});

/**
 * By name; what is said last comes first.
 * @param names who is there: no account is made only for a password
 */
function readChpasswd(keys: Keys, names: ReadonlySet<string>, reader: PartReader): Map<string, Password[]> {
  reader.nameUnknownKeys(keys, ['users', 'expire'], ['chpasswd']);
  if (reader.read(flag, keys.expire, ['chpasswd', 'expire']) === true)
    reader.warn(['chpasswd', 'expire'], 'was left out: nobody is made to change a password at login');
  const passwords = new Map<string, Password[]>();
  reader.list(keys.users, ['chpasswd', 'users'], 64).forEach((item, index) => {
    const path = ['chpasswd', 'users', index];
    const found = reader.read(passwordOfUser, item, path);
    if (found === undefined) return;
    const password = readPassword(found.password, [...path, 'password'], reader);
    if (!names.has(found.name)) {
      reader.mistake([...path, 'name'], 'is neither root nor a user that is named elsewhere');
    } else if (password !== undefined) passwords.set(found.name, [password, ...(passwords.get(found.name) ?? [])]);
  });
  return passwords;
}
