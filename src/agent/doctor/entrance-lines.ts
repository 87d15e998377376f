import type { Entrance, Entrances } from '../access/entrances.ts';

const names: Readonly<Record<Entrance['way'], string>> = {
  'ssh-key': 'ssh by key',
  'ssh-password': 'ssh by password',
  console: 'console',
  autologin: 'console, without being asked',
};

/**
 * The answer for people: who gets in and how, or that nobody does and why.
 * @param tree folder of a system that does not run; commands that open a way are meant for it
 */
export function renderEntrances({ open, closed }: Entrances, tree: string | undefined): string[] {
  if (open.length > 0) {
    const ways = Map.groupBy(open, ({ way, over }) => `${names[way]} (${over.join(', ')})`);
    return ['who gets in:', ...[...ways].map(([way, found]) => `  ${way}: ${found.map(describeUser).join(', ')}`)];
  }
  const reasons = closed.map(({ user, way, because, remedy }) => `  ${user}, ${names[way]}: ${because}; ${remedy}`);
  return [
    tree === undefined ? 'NOBODY gets in:' : `NOBODY gets in (commands are for the tree: \`chroot ${tree} COMMAND\`):`,
    ...(reasons.length > 0 ? reasons : ['  there is no account that somebody might log in as']),
  ];
}

function describeUser({ user, way, isWithoutPassword }: Entrance): string {
  return isWithoutPassword && way !== 'autologin' ? `${user} WITHOUT A PASSWORD` : user;
}
