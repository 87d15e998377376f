import { type Drawing, drawsLines } from '../network-config/draws-lines.ts';
import type { PlacedNic } from '../network/match-nic.ts';
import { declaresLink } from '../network-config/renderers/ifupdown.ts';
import { ifcfgPath, renderIfcfg } from './renderers/ifcfg.ts';
import { renderSuseIfcfg, suseIfcfgPath } from './renderers/ifcfg-suse.ts';
import { interfacesPath, renderInterfaces } from './renderers/interfaces.ts';
import { keyfilePath, renderKeyfiles } from './renderers/keyfile.ts';
import { netifrcPath, renderNetifrc } from './renderers/netifrc.ts';
import { matchesLink } from './renderers/networkd-match.ts';
import { networkdPaths, renderNetworkd } from './renderers/networkd.ts';

export interface RenderOptions {
  /** The ifcfg files are for NetworkManager to read. */
  readonly networkManager: boolean;
}

/** One way in which distributions configure their network. */
export interface NetworkFamily {
  readonly name: string;
  /** Where the files of links are; the first is where they are written. */
  readonly folders: readonly string[];
  /** The files of which one that is there says that its link is configured. */
  readonly pathsOf: (link: string) => string[];
  /** Whether the text of any file in these folders configures the link; where only a file's name says which it is for, never. */
  readonly declares: (text: string, link: Pick<PlacedNic, 'name' | 'macAddress'>) => boolean;
  readonly render: Drawing<[options: RenderOptions]>;
}

/** To add one: a renderer in renderers/, a row here. */
export const networkFamilies = {
  ifupdown: {
    name: 'ifupdown',
    folders: ['/etc/network/interfaces.d'],
    // The first is glean's name, the second that of ifupdown's own habit.
    pathsOf: (link) => [interfacesPath(link), `/etc/network/interfaces.d/${link}`],
    declares: (text, { name }) => declaresLink(text, name),
    render: drawsLines(renderInterfaces),
  },
  ifcfg: {
    name: 'ifcfg',
    folders: ['/etc/sysconfig/network-scripts'],
    pathsOf: (link) => [ifcfgPath(link)],
    declares: () => false,
    render: drawsLines(renderIfcfg),
  },
  keyfile: {
    name: 'keyfile',
    folders: ['/etc/NetworkManager/system-connections', '/etc/sysconfig/network-scripts'],
    // An ifcfg file of before an upgrade is NetworkManager's to migrate.
    pathsOf: (link) => [keyfilePath(link), ifcfgPath(link)],
    declares: () => false,
    render: drawsLines(renderKeyfiles),
  },
  suse: {
    name: 'suse',
    folders: ['/etc/sysconfig/network'],
    pathsOf: (link) => [suseIfcfgPath(link)],
    declares: () => false,
    render: drawsLines(renderSuseIfcfg),
  },
  networkd: {
    name: 'networkd',
    folders: ['/etc/systemd/network'],
    pathsOf: networkdPaths,
    declares: matchesLink,
    render: drawsLines(renderNetworkd),
  },
  netifrc: {
    name: 'netifrc',
    folders: ['/etc/conf.d'],
    pathsOf: (link) => [netifrcPath(link)],
    declares: () => false,
    render: drawsLines(renderNetifrc),
  },
} as const satisfies Record<string, NetworkFamily>;
