import type { LoginFacts } from './login-facts.ts';
import { allWays, type Obstacle, obstaclesOf, type Way } from './ways-in.ts';

/** What is known of a machine, running or a tree, by which is decided who gets in. */
export interface EntranceFacts {
  /** Accounts that somebody might log in as. */
  readonly logins: readonly LoginFacts[];
  /** Terminals with a login prompt; one with `autologin` asks nobody. */
  readonly consoles: readonly { readonly terminal: string; readonly autologin: string | null }[];
  /** `192.0.2.10 port 22`, where others reach sshd. */
  readonly sshPlaces: readonly string[];
  /** A file that keeps everybody but root out while it is there (nologin(5)); undefined if there is none. */
  readonly nologin: string | undefined;
  /** What is told of the places is what will be at its boot. */
  readonly isTree?: boolean;
}

/** A way into the machine that is open. */
export interface Entrance {
  readonly user: string;
  readonly way: Way | 'autologin';
  /** Terminals, or addresses with their port. */
  readonly over: readonly string[];
  /** Nobody is asked for anything. */
  readonly isWithoutPassword: boolean;
}

/** A way that is closed for an account, and the first reason. */
export interface ClosedEntrance extends Obstacle {
  readonly user: string;
  readonly way: Way;
}

/** Who can get into a machine, and how. */
export interface Entrances {
  readonly open: readonly Entrance[];
  readonly closed: readonly ClosedEntrance[];
}

/** Decides by what is there. Firewalls are not looked at, and whether the owner has the key or knows the password is not known. */
export function decideEntrances(facts: EntranceFacts): Entrances {
  const judged = facts.logins.flatMap((login) => allWays.map((way) => judge(way, login, facts)));
  const automatic = facts.consoles.flatMap(({ terminal, autologin }): Entrance[] =>
    autologin === null ? [] : [{ user: autologin, way: 'autologin', over: [terminal], isWithoutPassword: true }],
  );
  return {
    open: [...automatic, ...judged.filter((each) => 'over' in each)],
    closed: judged.filter((each) => 'code' in each),
  };
}

function judge(way: Way, login: LoginFacts, facts: EntranceFacts): Entrance | ClosedEntrance {
  const user = login.account.name;
  const [first] = [...obstaclesOf(way, login), ...obstaclesOfMachine(way, login, facts)];
  if (first !== undefined) return { user, way, ...first };
  const over = way === 'console' ? askingTerminals(facts) : facts.sshPlaces;
  return { user, way, over, isWithoutPassword: way !== 'ssh-key' && login.password === 'empty' };
}

/** What is so for all accounts alike. */
function obstaclesOfMachine(way: Way, { account }: LoginFacts, facts: EntranceFacts): Obstacle[] {
  const { nologin, sshPlaces, isTree = false } = facts;
  return [
    ...(nologin === undefined || account.uid === 0 ? [] : [noLogin(nologin)]),
    ...(way === 'console' && askingTerminals(facts).length === 0 ? [noConsole] : []),
    ...(way !== 'console' && sshPlaces.length === 0 ? [isTree ? notStarting : notListening] : []),
  ];
}

function askingTerminals({ consoles }: EntranceFacts): string[] {
  return consoles.filter(({ autologin }) => autologin === null).map(({ terminal }) => terminal);
}

function noLogin(path: string): Obstacle {
  return { code: 'login.nologin', because: `${path} lets only root in`, remedy: `remove ${path}` };
}

const noConsole: Obstacle = {
  code: 'login.no-console',
  because: 'no terminal has a login prompt',
  remedy: 'CONFIG_CONSOLE=1 has `gandi-agent config` give the consoles of the platform one',
};

const notListening: Obstacle = {
  code: 'ssh.not-listening',
  because: 'nobody reaches sshd: it does not run, or listens on no address that others reach',
  remedy: 'see `systemctl status ssh sshd`, ListenAddress in sshd_config and `ip address`',
};

const notStarting: Obstacle = {
  code: 'ssh.not-starting',
  because: 'no sshd starts at boot, or it listens on loopback only',
  remedy: 'enable its service in the tree, and see ListenAddress in sshd_config',
};
