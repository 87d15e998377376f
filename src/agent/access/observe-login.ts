import { dirname } from 'node:path';
import { ifRegular } from '../../core/system/if-regular.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import { lineOf } from './account-files.ts';
import { type Account, groupsOf } from '../facts/accounts.ts';
import { requireAccount } from './create-user.ts';
import { keysPathsOf, namesBelow } from './keys-paths.ts';
import type { KeysFile, LoginFacts } from './login-facts.ts';
import { isNoLogin } from './no-login.ts';
import { openKeys } from './open-keys.ts';
import { shadowState } from './shadow-state.ts';
import { askSshd, type SshdAnswer } from './sshd-answer.ts';
import type { SshdUser } from './sshd-lines.ts';
import { today } from './tree-accounts.ts';

/** Asks sshd, or something that knows its answer already. */
export type AskSshd = (system: System, user: SshdUser) => Promise<SshdAnswer>;

/** Looks at all that decides whether somebody gets in as an account; sshd is asked, as only it knows. @throws AgentError `user.missing` */
export async function observeLogin(system: System, user: string, ask: AskSshd = askSshd): Promise<LoginFacts> {
  const account = await requireAccount(system, user);
  const groups = await groupsOf(system, account);
  const sshd = await ask(system, { name: user, groups });
  const line = lineOf(await ifRegular(system.files.read('/etc/shadow')), user);
  const passwd = lineOf(await ifRegular(system.files.read('/etc/passwd')), user) ?? [];
  return {
    account,
    groups,
    shell: await observeShell(system, account.shell),
    ...shadowState(line ?? passwd.slice(0, 2), today(system)),
    sshd,
    keysFiles: await observeKeysFiles(system, account, sshd),
  };
}

const executable = 0o111;

/** passwd(5): an empty field means /bin/sh. */
async function observeShell(system: System, shell: string): Promise<LoginFacts['shell']> {
  if (isNoLogin(shell)) return 'no-login';
  if (!isRunningMachine(system)) return 'unknown';
  const file = await system.files.targetStatus(shell === '' ? '/bin/sh' : shell);
  return file?.type === 'file' && (file.mode & executable) !== 0 ? 'usable' : 'missing';
}

async function observeKeysFiles(system: System, account: Account, sshd: SshdAnswer): Promise<KeysFile[]> {
  if (sshd.kind !== 'settings') return [];
  const paths = keysPathsOf(sshd.settings.keysFiles, account);
  return Promise.all(
    paths.map(async ({ path }) => {
      // The user may have put anything there; what cannot be read is not read by sshd either.
      const text = await system.files.read(path).catch(() => undefined);
      const keys = text === undefined ? [] : openKeys(text);
      const isTaken = keys.length > 0 && (await isReadable(system, account, path));
      const isStrict = sshd.settings.strictModes;
      return { path, keys, isAccepted: isTaken && (!isStrict || (await passesStrictModes(system, account, path))) };
    }),
  );
}

const writableByOthers = 0o022;
const readableByAll = 0o004;

/** sshd reads the file with the rights of the account. */
async function isReadable(system: System, { uid }: Account, path: string): Promise<boolean> {
  const file = await system.files.targetStatus(path);
  return file !== undefined && (uid === 0 || file.uid === uid || (file.mode & readableByAll) !== 0);
}

/** The file and what is above it, up to the home or to `/`, are root's or the account's, and nobody else can write them. */
async function passesStrictModes(system: System, account: Account, path: string): Promise<boolean> {
  const end = namesBelow(account.home, path) === undefined ? '/' : account.home;
  for (let part = path; ; part = dirname(part)) {
    const status = await system.files.targetStatus(part);
    if (status === undefined || (status.uid !== 0 && status.uid !== account.uid)) return false;
    if ((status.mode & writableByOthers) !== 0) return false;
    if (part === end || part === '/') return true;
  }
}
