import type { Entrance, Entrances } from '../access/entrances.ts';

const names: Readonly<Record<Entrance['way'], string>> = {
  'ssh-key': 'ssh by key',
  'ssh-password': 'ssh by password',
  console: 'console',
  autologin: 'console, without being asked',
};

/** The answer for people: who gets in and how, or that nobody does and why. */
export function renderEntrances({ open, closed }: Entrances): string[] {
  if (open.length > 0) {
    const ways = Map.groupBy(open, ({ way, over }) => `${names[way]} (${over.join(', ')})`);
    return ['who gets in:', ...[...ways].map(([way, found]) => `  ${way}: ${found.map(describeUser).join(', ')}`)];
  }
  const reasons = closed.map(({ user, way, because, remedy }) => `  ${user}, ${names[way]}: ${because}; ${remedy}`);
  return [
    'NOBODY gets in:',
    ...(reasons.length > 0 ? reasons : ['  there is no account that somebody might log in as']),
  ];
}

function describeUser({ user, way, isWithoutPassword }: Entrance): string {
  return isWithoutPassword && way !== 'autologin' ? `${user} WITHOUT A PASSWORD` : user;
}
