import { type Family, parseAddress } from '../../core/text/ip-address.ts';
import { prefixLengthOf } from '../../core/text/netmask.ts';
import type { PartReader } from '../machine-config/part-reader.ts';
import type { DescribedLink, DescribedNetwork, NetworkDescription, NicMatch } from '../network-config/description.ts';
import { isDeviceName } from '../network-config/device-name.ts';
import { readMtu } from './read-mtu.ts';
import type { LinkNetwork } from '../network-config/model.ts';

/** One `iface` of interfaces(5). */
interface Stanza {
  readonly name: string;
  readonly family: string;
  readonly method: string;
  readonly options: ReadonlyMap<string, string>;
}

/**
 * Reads a network in the words of interfaces(5), as old nova and Proxmox VE leave it on a config-drive: addresses, gateway, MTU and
 * name servers of NICs. Each `iface` is a part; an option that is not known is a warning.
 */
export function readInterfacesText(text: string, reader: PartReader): NetworkDescription {
  const stanzas = stanzasOf(text).filter(({ name }) => name !== 'lo');
  const links = new Map<string, DescribedLink>();
  const networks = stanzas.flatMap((stanza, index): DescribedNetwork[] => {
    const network = networkOf(stanza, reader);
    if (network === undefined) return [];
    if (!links.has(stanza.name)) links.set(stanza.name, linkOf(stanza, reader));
    const { routes } = network;
    return [
      {
        id: `${stanza.name} ${String(index).padStart(3, '0')}`,
        link: stanza.name,
        address: network.method === 'static' ? network.address : null,
        gateway: routes[0]?.gateway ?? null,
        isBesideAdvertisements: false,
        network,
      },
    ];
  });
  return { links: [...links.values()], networks, nameservers: [] };
}

function stanzasOf(text: string): Stanza[] {
  const stanzas: { name: string; family: string; method: string; options: Map<string, string> }[] = [];
  for (const line of text.split('\n')) {
    const [keyword = '', ...words] = line.trim().split(/\s+/);
    if (keyword === '' || keyword.startsWith('#') || keyword === 'auto' || keyword.startsWith('allow-')) continue;
    if (keyword === 'iface') {
      const [name = '', family = '', method = ''] = words;
      stanzas.push({ name, family, method, options: new Map() });
    } else stanzas.at(-1)?.options.set(keyword, words.join(' '));
  }
  return stanzas;
}

const knownOptions = ['address', 'netmask', 'gateway', 'hwaddress', 'mtu', 'dns-nameservers', 'network', 'broadcast'];

/** `eth0` is the first NIC, whatever the guest calls it: these files come from platforms that know no other names. */
function linkOf({ name, options }: Stanza, reader: PartReader): DescribedLink {
  const hardware = options.get('hwaddress')?.split(/\s+/).at(-1)?.toLowerCase();
  const mtu = readMtu(options.get('mtu'), [`iface ${name}`, 'mtu'], reader);
  return { type: 'physical', id: name, mtu, match: matchOf(name, hardware) };
}

function matchOf(name: string, hardware: string | undefined): NicMatch {
  if (hardware !== undefined && /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(hardware)) {
    return { by: 'mac-address', macAddress: hardware };
  }
  const number = /^eth(\d{1,3})$/.exec(name)?.[1];
  return number === undefined ? { by: 'name', name } : { by: 'number', number: Number(number) };
}

const families: ReadonlyMap<string, Family> = new Map([
  ['inet', 'ipv4'],
  ['inet6', 'ipv6'],
]);

function networkOf(stanza: Stanza, reader: PartReader): LinkNetwork | undefined {
  const { name, method, options } = stanza;
  const family = families.get(stanza.family);
  const path = [`iface ${name}`];
  if (family === undefined || !isDeviceName(name)) return wrong('is not an interface of inet or inet6', path, reader);
  for (const option of options.keys()) {
    if (!knownOptions.includes(option)) reader.warn([...path, option], 'is not known here and was left out');
  }
  const servers = (options.get('dns-nameservers') ?? '').split(/\s+/).filter((server) => server !== '');
  const nameservers = servers.filter((server) => parseAddress(server) !== undefined);
  if (nameservers.length < servers.length)
    reader.warn([...path, 'dns-nameservers'], 'has what is not an address, which was left out');
  if (method !== 'static') nameBeaten(stanza, reader);
  if (method === 'dhcp') return { method: 'dhcp', family, routes: [], nameservers };
  if (method === 'auto' && family === 'ipv6') {
    return { method: 'advertised', family, informationByDhcp: false, routes: [], nameservers };
  }
  if (method !== 'static') return wrong(`has the method ${JSON.stringify(method)}, which is not taken`, path, reader);
  return staticNetworkOf({ family, nameservers, options, path }, reader);
}

/** What only a static address has a use for. */
function nameBeaten({ name, method, options }: Stanza, reader: PartReader): void {
  for (const option of ['address', 'netmask', 'gateway']) {
    if (options.has(option)) reader.nameBeaten([`iface ${name}`, option], `the method ${method}`);
  }
}

interface StaticStanza {
  readonly family: Family;
  readonly nameservers: string[];
  readonly options: ReadonlyMap<string, string>;
  readonly path: readonly PropertyKey[];
}

function staticNetworkOf(
  { family, nameservers, options, path }: StaticStanza,
  reader: PartReader,
): LinkNetwork | undefined {
  const [own = '', suffix] = (options.get('address') ?? '').split('/');
  const prefixLength = prefixLengthOf(options.get('netmask') ?? suffix ?? '', family);
  if (parseAddress(own)?.family !== family || prefixLength === undefined) {
    return wrong('has no address with a netmask', path, reader);
  }
  const gateway = options.get('gateway');
  if (gateway !== undefined && parseAddress(gateway)?.family !== family) {
    return wrong('has a gateway that is not an address of its family', path, reader);
  }
  const destination = family === 'ipv4' ? '0.0.0.0' : '::';
  const routes = gateway === undefined ? [] : [{ destination, prefixLength: 0, gateway }];
  return { method: 'static', family, address: own, prefixLength, routes, nameservers };
}

function wrong(problem: string, path: readonly PropertyKey[], reader: PartReader): undefined {
  reader.mistake(path, problem);
  return undefined;
}
