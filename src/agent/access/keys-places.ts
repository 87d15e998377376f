import { basename, dirname, join } from 'node:path';
import { ifRegular } from '../../core/system/if-regular.ts';
import { followFolder } from '../../core/system/safe-path.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import { type Account, groupsOf } from '../facts/accounts.ts';
import { homePath } from './home-path.ts';
import { type KeysPath, keysPathsOf, namesBelow, usualKeysPath } from './keys-paths.ts';
import { readSshdLines } from './read-sshd-lines.ts';
import { askSshd, readAsText, type SshdAnswer } from './sshd-answer.ts';
import { dependsOnPlace, type SshdUser } from './sshd-lines.ts';

/** A file for keys that root can write without that a user decides where it lands. */
export type KeysPlace =
  /** In a home: the folders below it may be the user's own, and are held open on the way. */
  | { readonly in: 'home'; readonly home: string; readonly folders: readonly string[]; readonly name: string }
  /** In a folder that nobody but root can change. */
  | { readonly in: 'system'; readonly path: string };

/**
 * Files that sshd reads an account's keys from and that are root's to write, in its order. Where there is none it is the usual
 * file all the same: that sshd does not read it is told by the question that follows each change.
 */
export async function observeKeysPlaces(system: System, account: Account): Promise<KeysPlace[]> {
  const answer = await observeKeysFiles(system, account);
  const patterns = answer.kind === 'settings' ? answer.settings.keysFiles : [];
  const places: KeysPlace[] = [];
  for (const keysPath of keysPathsOf(patterns, account)) {
    const place = await placeOf(system, account, keysPath);
    if (place !== undefined) places.push(place);
  }
  return places.length > 0 ? places : [await homePlace(system, account, usualKeysPath(account))];
}

/** Text says it without a process, unless it depends on where one comes from. */
async function observeKeysFiles(system: System, account: Account): Promise<SshdAnswer> {
  const user: SshdUser = { name: account.name, groups: await groupsOf(system, account) };
  const lines = await readSshdLines(system);
  const isOpen = lines !== undefined && dependsOnPlace('authorizedkeysfile', lines);
  return isOpen && isRunningMachine(system) ? askSshd(system, user) : readAsText(system, user);
}

/** A file that all accounts share gets keys of root only: the owner of a key in it may log in as root. */
async function placeOf(
  system: System,
  account: Account,
  { path, isShared, isOwn }: KeysPath,
): Promise<KeysPlace | undefined> {
  const isRoot = account.uid === 0;
  if (isShared && !isRoot) return undefined;
  const isBelowHome = account.home !== '/' && namesBelow(account.home, path) !== undefined;
  if (isBelowHome && (isOwn || isRoot)) return homePlace(system, account, path);
  const folder = await followFolder(system, dirname(path));
  if (folder.unsafePart === undefined) return { in: 'system', path: join(folder.path, basename(path)) };
  return isBelowHome ? homePlace(system, account, path) : undefined;
}

async function homePlace(system: System, account: Account, path: string): Promise<KeysPlace> {
  const names = namesBelow(account.home, path) ?? [];
  return {
    in: 'home',
    home: await homePath(system, account.home),
    folders: names.slice(0, -1),
    name: names.at(-1) ?? 'authorized_keys',
  };
}

/** @returns undefined if there is no such file, and also if it cannot be reached without following a link: the handler says so */
export async function readKeys(system: System, place: KeysPlace, account: Account): Promise<string | undefined> {
  if (place.in === 'system') return ifRegular(system.files.read(place.path));
  const path = [place.home, ...place.folders].join('/');
  await using folder = await system.files.openFolder(path).catch(() => undefined);
  return await folder?.read(place.name, account);
}
