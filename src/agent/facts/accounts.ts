import { ifRegular } from '../../core/system/if-regular.ts';
import type { System } from '../../core/system/system.ts';

/** A line of passwd(5). */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** A line of group(5). */
export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** The account in the machine's own files; accounts of a directory service are not ours to configure. */
export async function observeAccount(system: System, name: string): Promise<Account | undefined> {
  return (await observeAllAccounts(system)).find((account) => account.name === name);
}

/** Every account of the machine's own files. */
export async function observeAllAccounts({ files }: Pick<System, 'files'>): Promise<Account[]> {
  return fieldsOf(await files.read('/etc/passwd')).map(([name = '', , uid, gid, , home = '', shell = '']) => ({
    name,
    uid: Number(uid),
    gid: Number(gid),
    home,
    shell,
  }));
}

export async function observeGroups({ files }: Pick<System, 'files'>): Promise<Group[]> {
  return fieldsOf(await files.read('/etc/group')).map(([name = '', , gid, members = '']) => ({
    name,
    gid: Number(gid),
    members: members.split(',').filter((member) => member !== ''),
  }));
}

/** Names of the groups that an account is in, by its own number or as a member. */
export async function groupsOf(system: System, { name, gid }: Account): Promise<string[]> {
  const groups = (await ifRegular(observeGroups(system))) ?? [];
  return groups.filter((group) => group.gid === gid || group.members.includes(name)).map((group) => group.name);
}

function fieldsOf(text: string | undefined): string[][] {
  const lines = (text ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => line.split(':'));
}
