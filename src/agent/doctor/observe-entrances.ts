import { observeAllAccounts } from '../facts/accounts.ts';
import type { EntranceFacts } from '../access/entrances.ts';
import type { LoginFacts } from '../access/login-facts.ts';
import { isNoLogin } from '../access/no-login.ts';
import { type AskSshd, observeLogin } from '../access/observe-login.ts';
import { observePeopleIds } from '../access/people-ids.ts';
import { readSshdLines } from '../access/read-sshd-lines.ts';
import { askSshd, type SshdAnswer } from '../access/sshd-answer.ts';
import { observeSshPlacesOfTree } from '../access/ssh-places-of-tree.ts';
import { observeConsolePrompts } from '../facts/console-prompts.ts';
import { observePromptsOfTree } from '../facts/console-prompts-of-tree.ts';
import { observeReachableAddresses } from '../network/addresses.ts';
import { type ListeningSocket, observeListening } from '../network/listening.ts';
import type { System } from '../../core/system/system.ts';

/** Everything by which `doctor` says who gets in. sshd is asked once, or once for each account where its answers may differ. */
export async function observeEntrances(system: System): Promise<EntranceFacts> {
  const { logins, sshd } = await observeLogins(system);
  return {
    logins,
    consoles: await observeConsolePrompts(system),
    sshPlaces: await observeSshPlaces(system, sshd),
    nologin: await observeNologin(system),
  };
}

/** The same of a system that does not run, by its files: what starts at its boot is what will ask for a login. */
export async function observeEntrancesOfTree(system: System): Promise<EntranceFacts> {
  const { logins, sshd } = await observeLogins(system);
  return {
    logins,
    consoles: await observePromptsOfTree(system),
    sshPlaces: await observeSshPlacesOfTree(system, sshd),
    nologin: (await system.files.status('/etc/nologin')) === undefined ? undefined : '/etc/nologin',
    isTree: true,
  };
}

async function observeLogins(
  system: System,
): Promise<{ readonly logins: readonly LoginFacts[]; readonly sshd: SshdAnswer }> {
  const ask = await sharedQuestion(system);
  const logins: LoginFacts[] = [];
  for (const { name, isOfService } of await candidates(system)) {
    const login = await observeLogin(system, name, ask);
    if (!isOfService || isGivenAWay(login)) logins.push(login);
  }
  return { logins, sshd: await ask(system, { name: 'root', groups: [] }) };
}

/** Root, people, and services whose shell is one: nobody can log in to an account with nologin. */
async function candidates(system: System): Promise<{ readonly name: string; readonly isOfService: boolean }[]> {
  const { first, last } = await observePeopleIds(system);
  const accounts = (await observeAllAccounts(system)).filter(({ uid, shell }) => uid === 0 || !isNoLogin(shell));
  return accounts.map(({ name, uid }) => ({ name, isOfService: uid !== 0 && (uid < first || uid > last) }));
}

/** Most accounts of services, such as `sync`, have neither: they say nothing about who gets in. */
function isGivenAWay({ password, keysFiles }: LoginFacts): boolean {
  return password === 'set' || password === 'empty' || keysFiles.some(({ keys }) => keys.length > 0);
}

/** Without a Match block sshd says the same about everybody. */
async function sharedQuestion(system: System): Promise<AskSshd> {
  const lines = (await readSshdLines(system)) ?? [];
  if (lines.some(({ conditions }) => conditions.length > 0)) return askSshd;
  let answer: Promise<SshdAnswer> | undefined;
  return (machine, user) => {
    answer ??= askSshd(machine, user);
    return answer;
  };
}

async function observeSshPlaces(system: System, sshd: SshdAnswer): Promise<string[]> {
  if (sshd.kind !== 'settings') return [];
  const { ports } = sshd.settings;
  const sockets = (await observeListening(system)).filter(
    ({ port, isLoopback }) => ports.includes(port) && !isLoopback,
  );
  const addresses = sockets.length === 0 ? [] : await observeReachableAddresses(system);
  return [...new Set(sockets.flatMap((socket) => placesOf(socket, addresses)))];
}

/** A socket for all addresses of IPv6 takes those of IPv4 as well, unless another one does. */
function placesOf({ address, family, port }: ListeningSocket, addresses: readonly string[] | undefined): string[] {
  if (address !== null) return [`${address} port ${port}`];
  if (addresses === undefined) return [`port ${port}`];
  const own = addresses.filter((each) => family === 'ipv6' || !each.includes(':'));
  return own.map((each) => `${each} port ${port}`);
}

/** nologin(5), and the one of pam_nologin(8) that systemd has in place during boot and shutdown. */
async function observeNologin({ files }: System): Promise<string | undefined> {
  for (const path of ['/etc/nologin', '/run/nologin']) if ((await files.status(path)) !== undefined) return path;
  return undefined;
}
