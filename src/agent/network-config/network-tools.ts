import { type Drawing, drawsLines } from './draws-lines.ts';
import { type FileLink, linksOfIfcfg, linksOfInterfaces, linksOfKeyfile, linksOfNetworkd } from './file-links.ts';
import { renderRedHatIfcfg } from './renderers/ifcfg-redhat.ts';
import { renderOwnSuseIfcfg } from './renderers/ifcfg-suse.ts';
import { interfacesFile, renderIfupdown } from './renderers/ifupdown.ts';
import { renderNetplan } from './renderers/netplan.ts';
import { renderOwnNetworkd } from './renderers/networkd.ts';
import { renderOwnKeyfiles } from './renderers/networkmanager.ts';

export type NetworkToolName = 'netplan' | 'ifupdown' | 'NetworkManager' | 'networkd' | 'wicked' | 'network-scripts';

/** A program that configures the network of a machine by files. */
export interface NetworkTool {
  readonly name: NetworkToolName;
  /** It is installed if one of these is there. */
  readonly programs: readonly string[];
  /** It is enabled if one of these is there; a star in the last part stands for any text. */
  readonly enabledBy: readonly string[];
  /** Where it finds what it does with links: paths with a star in the last part. */
  readonly files: readonly string[];
  readonly render: Drawing;
  /** The links that one of these files is about. */
  readonly linksOf: (path: string, text: string) => readonly FileLink[] | Promise<readonly FileLink[]>;
}

const wants = '/etc/systemd/system/multi-user.target.wants';

/**
 * In order of preference: the first that is installed and enabled gets our files. netplan comes first, as it writes the
 * files of those behind it; ifupdown before NetworkManager, which leaves alone what ifupdown configures.
 * To add one: a renderer in renderers/, a line here, what the compiler then names (how it is told, and what it says of a link), a row in
 * docs/network.md, a case in test/integration/agent/network/accepted.test.ts; `make golden` draws its files.
 */
export const networkTools: readonly NetworkTool[] = [
  {
    name: 'netplan',
    programs: ['/usr/sbin/netplan'],
    enabledBy: ['/etc/netplan/*.yaml'],
    files: ['/etc/netplan/*.yaml', '/run/netplan/*.yaml', '/usr/lib/netplan/*.yaml'],
    render: drawsLines(renderNetplan),
    // A reader of YAML is large, and few machines need it: it is loaded only there.
    linksOf: async (_, text) => (await import('./netplan-links.ts')).linksOfNetplan(text),
  },
  {
    name: 'ifupdown',
    programs: ['/usr/sbin/ifup', '/sbin/ifup'],
    enabledBy: [`${wants}/networking.service`, '/etc/rcS.d/S*networking'],
    files: [interfacesFile, '/etc/network/interfaces.d/*'],
    render: drawsLines(renderIfupdown),
    linksOf: (_, text) => linksOfInterfaces(text),
  },
  {
    name: 'NetworkManager',
    programs: ['/usr/sbin/NetworkManager'],
    enabledBy: [`${wants}/NetworkManager.service`],
    files: ['/etc/NetworkManager/system-connections/*', '/etc/sysconfig/network-scripts/ifcfg-*'],
    render: drawsLines(renderOwnKeyfiles),
    linksOf: (path, text) => (path.includes('/ifcfg-') ? linksOfIfcfg(path) : linksOfKeyfile(text)),
  },
  {
    name: 'networkd',
    programs: ['/usr/lib/systemd/systemd-networkd', '/lib/systemd/systemd-networkd'],
    enabledBy: [`${wants}/systemd-networkd.service`],
    files: ['/etc/systemd/network/*.net*', '/run/systemd/network/*.net*'],
    render: drawsLines(renderOwnNetworkd),
    linksOf: (path, text) => (path.endsWith('.network') ? linksOfNetworkd(text) : []),
  },
  {
    name: 'wicked',
    programs: ['/usr/sbin/wicked'],
    enabledBy: [`${wants}/wicked.service`],
    files: ['/etc/sysconfig/network/if*-*'],
    render: drawsLines(renderOwnSuseIfcfg),
    linksOf: linksOfIfcfg,
  },
  {
    name: 'network-scripts',
    programs: ['/etc/sysconfig/network-scripts/ifup-eth'],
    enabledBy: ['/etc/rc.d/rc3.d/S*network', `${wants}/network.service`],
    files: ['/etc/sysconfig/network-scripts/ifcfg-*', '/etc/sysconfig/network-scripts/route*-*'],
    render: drawsLines(renderRedHatIfcfg),
    linksOf: linksOfIfcfg,
  },
];

export function networkTool(name: NetworkToolName): NetworkTool | undefined {
  return networkTools.find((tool) => tool.name === name);
}
