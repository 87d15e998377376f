import { matchesPattern } from '../../core/text/shell-pattern.ts';

/** How a file of a network tool says which link it is about. */
export interface FileLink {
  /** A name, or a pattern of names as a shell has them; null where the name is not asked for. */
  readonly name: string | null;
  /** Lower case; null where the address is not asked for. */
  readonly macAddress: string | null;
}

/** Whether that is said about this link. */
export function isAbout(said: FileLink, link: { readonly name: string; readonly macAddress: string | null }): boolean {
  if (said.name === null && said.macAddress === null) return false;
  const byName = said.name === null || matchesPattern(link.name, said.name);
  return byName && (said.macAddress === null || said.macAddress === link.macAddress);
}

/** Stanzas of interfaces(5). */
export function linksOfInterfaces(text: string): FileLink[] {
  return text.split('\n').flatMap((line) => {
    const [keyword, name = ''] = line.trim().split(/\s+/);
    return keyword === 'iface' ? [{ name, macAddress: null }] : [];
  });
}

/** `[Match]` of systemd.network(5): every value of a key is one possibility. */
export function linksOfNetworkd(text: string): FileLink[] {
  return valuesOf(text, 'Match').flatMap(([key, value]): FileLink[] => {
    const words = value.split(/\s+/).filter((word) => word !== '' && !word.startsWith('!'));
    if (/^(?:Permanent)?MACAddress$/.test(key)) {
      return words.map((word) => ({ name: null, macAddress: word.toLowerCase().replaceAll('-', ':') }));
    }
    return /^(?:Original)?Name$/.test(key) ? words.map((name) => ({ name, macAddress: null })) : [];
  });
}

/** nm-settings-keyfile(5). A connection that names no device is for any, and gives way to one that does. */
export function linksOfKeyfile(text: string): FileLink[] {
  const value = (section: string, wanted: string) =>
    valuesOf(text, section).find(([key]) => key === wanted)?.[1] ?? null;
  const name = value('connection', 'interface-name');
  const address = value('ethernet', 'mac-address') ?? value('802-3-ethernet', 'mac-address');
  return name === null && address === null ? [] : [{ name, macAddress: address?.toLowerCase() ?? null }];
}

/** An ifcfg file is about the link that its name says. */
export function linksOfIfcfg(path: string): FileLink[] {
  const [, name] = /\/ifcfg-([^/]+)$/.exec(path) ?? [];
  return name === undefined ? [] : [{ name, macAddress: null }];
}

function valuesOf(text: string, section: string): (readonly [key: string, value: string])[] {
  const lines = text.split('\n').map((line) => line.trim());
  let current = '';
  return lines.flatMap((line) => {
    const [, heading] = /^\[(.+)\]$/.exec(line) ?? [];
    current = heading ?? current;
    const [, key, value] = /^([A-Za-z0-9-]+)\s*=\s*(.*)$/.exec(line) ?? [];
    return current === section && key !== undefined && value !== undefined ? [[key, value] as const] : [];
  });
}
