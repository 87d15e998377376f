import type { PlacedNic } from '../../network/match-nic.ts';
import { matchesPattern } from '../../../core/text/shell-pattern.ts';

/** Whether a `.network` file is for the NIC: `[Match]` of systemd.network(5), by name with shell patterns or by MAC address. */
export function matchesLink(text: string, { name, macAddress }: Pick<PlacedNic, 'name' | 'macAddress'>): boolean {
  return matchLines(text).some(([key, value]) => {
    const words = value.split(/\s+/);
    if (/^(Permanent)?MACAddress$/.test(key)) return words.some((word) => word.toLowerCase() === macAddress);
    return /^(Original)?Name$/.test(key) && words.some((pattern) => matchesPattern(name, pattern));
  });
}

function matchLines(text: string): (readonly [key: string, value: string])[] {
  const lines = text.split('\n').map((line) => line.trim());
  const start = lines.indexOf('[Match]') + 1;
  const end = lines.findIndex((line, index) => index >= start && line.startsWith('['));
  const section = start === 0 ? [] : lines.slice(start, end === -1 ? undefined : end);
  return section.flatMap((line) => {
    const [, key = '', value = ''] = /^(\w+)\s*=\s*(.*)$/.exec(line) ?? [];
    return key === '' ? [] : [[key, value] as const];
  });
}
