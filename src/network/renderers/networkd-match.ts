import type { Nic } from '../plan.ts';

/** Whether a `.network` file is for the NIC: `[Match]` of systemd.network(5), by name with shell patterns or by MAC address. */
export function matchesLink(text: string, { name, macAddress }: Pick<Nic, 'name' | 'macAddress'>): boolean {
  const match = /^\[Match\]([^[]*)/m.exec(text)?.[1] ?? '';
  const words = (key: string) =>
    [...match.matchAll(new RegExp(`^\\s*${key}\\s*=(.*)$`, 'gm'))].flatMap(([, value = '']) =>
      value.trim().split(/\s+/),
    );
  if (words('(?:Permanent)?MACAddress').some((word) => word.toLowerCase() === macAddress)) return true;
  return words('(?:Original)?Name').some((pattern) => patternOf(pattern).test(name));
}

function patternOf(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`);
}
