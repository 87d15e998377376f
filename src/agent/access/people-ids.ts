import { ifRegular } from '../../core/system/if-regular.ts';
import type { System } from '../../core/system/system.ts';

/** Numbers of accounts, both ends included. */
export interface IdRange {
  readonly first: number;
  readonly last: number;
}

/** The numbers of people's accounts: UID_MIN and UID_MAX of login.defs(5). All others are the system's and its packages' own. */
export async function observePeopleIds({ files }: System): Promise<IdRange> {
  const text = (await ifRegular(files.read('/etc/login.defs'))) ?? '';
  const value = (key: string, otherwise: number) =>
    Number(new RegExp(`^[ \\t]*${key}[ \\t]+(\\d+)[ \\t]*$`, 'm').exec(text)?.[1] ?? otherwise);
  // The defaults of shadow, and of Debian policy 9.2.2: 65534 is nobody.
  return { first: value('UID_MIN', 1000), last: value('UID_MAX', 60_000) };
}
