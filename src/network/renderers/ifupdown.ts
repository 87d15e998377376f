import { isDefaultRoute, type LinkNetwork, type NetworkLink, type NetworkModel, type RenderedFile } from '../model.ts';

/** First line of every file that is ours to replace. */
export const ifupdownMark =
  '# written by gandi-agent from the platform configuration; remove this line to keep the file as it is';

export const interfacesFile = '/etc/network/interfaces';

/** The file of one link; interfaces(5) sources it when the line of `withSourceLine` is in the main file. */
export function ifupdownPath(link: string): string {
  return `/etc/network/interfaces.d/${link}`;
}

/** Draws the model in the words of interfaces(5), a file for each link. */
export function renderIfupdown(model: Pick<NetworkModel, 'links'>): RenderedFile[] {
  return model.links.map((link) => ({ path: ifupdownPath(link.name), mode: 0o644, content: renderLink(link) }));
}

/** The main file with the line that sources ours, added only if no line there does; undefined means there is no main file yet. */
export function withSourceLine(text: string | undefined): string {
  if (text === undefined) return `auto lo\niface lo inet loopback\n\n${sourceLine}\n`;
  if (
    /^\s*(source\s+\/etc\/network\/interfaces\.d\/\*|source-directory\s+\/etc\/network\/interfaces\.d\/?)\s*$/m.test(
      text,
    )
  )
    return text;
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${sourceLine}\n`;
}

/** True if the text configures the link itself, so that a file of ours would configure it twice. */
export function declaresLink(text: string, link: string): boolean {
  return text.split('\n').some((line) => {
    const [keyword, name] = line.trim().split(/\s+/);
    return keyword === 'iface' && name === link;
  });
}

const sourceLine = 'source /etc/network/interfaces.d/*';

function renderLink(link: NetworkLink): string {
  return `${ifupdownMark}\nauto ${link.name}\n${link.networks.map((network) => renderNetwork(link.name, network)).join('')}`;
}

function renderNetwork(link: string, network: LinkNetwork): string {
  const family = network.family === 'ipv4' ? 'inet' : 'inet6';
  if (network.method !== 'static') return `iface ${link} ${family} ${network.method === 'dhcp' ? 'dhcp' : 'auto'}\n`;
  const gateway = network.routes.find(isDefaultRoute)?.gateway;
  const lines = [
    `    address ${network.address}/${network.prefixLength}`,
    ...(gateway ? [`    gateway ${gateway}`] : []),
  ];
  return `iface ${link} ${family} static\n${lines.map((line) => `${line}\n`).join('')}`;
}
