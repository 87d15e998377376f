import { z } from 'zod';
import { type Family, isInside, isUnicast, parseAddress, parseNetwork } from '../../core/text/ip-address.ts';
import type { DescribedNetwork, NetworkDescription } from '../network-config/description.ts';
import type { PartReader } from './part-reader.ts';

export const address = z
  .string()
  .transform((text, ctx) => parseAddress(text) ?? refuse(ctx, 'is not an IPv4 or IPv6 address'));
const unicastAddress = address.refine(isUnicast, 'is not an address that one machine can have');
const network = z
  .string()
  .transform((text, ctx) => parseNetwork(text) ?? refuse(ctx, 'is not a network like 192.0.2.0/24'));
const publicNetwork = z.object({ pbn_network: network, pbn_gateway: unicastAddress.nullish() });
const privateNetwork = z.object({ pvn_network: network, pvn_gateway: unicastAddress.nullish() });

const addressKeys = z.object({
  pna_address: unicastAddress,
  pbn: publicNetwork.nullish(),
  pvn: privateNetwork.nullish(),
});
const interfaceAddress = addressKeys.transform(toInterfaceAddress);

/** One item of `vif`: an interface, and its addresses. */
export const networkInterface = z.object({
  vif_number: z.int().min(0).max(255),
  pna: z.array(interfaceAddress).max(64).nullish(),
});

export const maximalInterfaces = 64;

type Interface = z.output<typeof networkInterface>;

/** The interfaces of a payload, each a part of its own. @param value of the key `vif` */
export function readInterfaces(value: unknown, reader: PartReader): Omit<NetworkDescription, 'nameservers'> {
  const items = reader.list(value, ['vif'], maximalInterfaces);
  const interfaces = items.map((item, index) => {
    nameAddressesOutside(item, index, reader);
    return reader.read(networkInterface, item, ['vif', index]);
  });
  const doubles = findDoubles(interfaces, reader);
  const usable = interfaces.flatMap((each, index) => (each === undefined || doubles.has(index) ? [] : [each]));
  return {
    links: usable.map(({ vif_number: number }) => ({
      type: 'physical',
      id: idOf(number),
      mtu: null,
      match: { by: 'number', number },
    })),
    networks: usable.flatMap(describeInterface),
    mistaken: mistakenNumbers(items, usable).map((number) => ({ by: 'number', number })),
  };
}

/** Of interfaces that are not usable: the number that the item has, or its place where that cannot be read. */
function mistakenNumbers(items: readonly unknown[], usable: readonly Interface[]): number[] {
  const numbers = items.map((item, index) => {
    const own = isObject(item) ? networkInterface.shape.vif_number.safeParse(item.vif_number) : undefined;
    return own?.data ?? index;
  });
  return [...new Set(numbers)].filter((number) => !usable.some((each) => each.vif_number === number));
}

/** What the whole would say, beside another mistake in the same address, so that both are corrected at once. */
function nameAddressesOutside(item: unknown, index: number, reader: PartReader): void {
  forEachAddress(item, (pna, at) => {
    if (addressKeys.safeParse(pna).success) return;
    const subnet = isObject(pna.pbn) ? pna.pbn.pbn_network : isObject(pna.pvn) ? pna.pvn.pvn_network : undefined;
    const [own, net] = [unicastAddress.safeParse(pna.pna_address), network.safeParse(subnet)];
    if (own.success && net.success && !isInside(own.data, net.data)) reader.mistake(['vif', index, 'pna', at], outside);
  });
}

const outside = 'has an address that is not in its network';

function forEachAddress(item: unknown, look: (pna: Record<string, unknown>, at: number) => void): void {
  const addresses = isObject(item) && Array.isArray(item.pna) ? item.pna : [];
  addresses.forEach((pna: unknown, at) => {
    if (isObject(pna)) look(pna, at);
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Two interfaces of one number, or with one address: which of them is meant cannot be told, so neither is taken. */
function findDoubles(interfaces: readonly (Interface | undefined)[], reader: PartReader): Set<number> {
  const seen = new Map<string, number>();
  const doubles = new Set<number>();
  const look = (key: string, index: number, path: readonly PropertyKey[]) => {
    const other = seen.get(key);
    if (other === undefined) {
      seen.set(key, index);
      return;
    }
    doubles.add(other).add(index);
    reader.mistake(['vif', index, ...path], 'is there twice');
  };
  interfaces.forEach((each, index) => {
    if (each === undefined) return;
    look(`number ${each.vif_number}`, index, ['vif_number']);
    each.pna?.forEach(({ canonical }, at) => {
      look(`address ${canonical}`, index, ['pna', at, 'pna_address']);
    });
  });
  return doubles;
}

/** Sorts as the number does. */
function idOf(number: number): string {
  return `vif ${String(number).padStart(3, '0')}`;
}

/**
 * The default route is interface 0's; that of IPv6 comes by router advertisement, as do its addresses: the platform's own
 * are beside them.
 */
function describeInterface({ vif_number, pna }: Interface): DescribedNetwork[] {
  const link = idOf(vif_number);
  const addresses = pna ?? [];
  const described = addresses.map(({ family, address, prefixLength, gateway }, index): DescribedNetwork => {
    const isDefault = vif_number === 0 && family === 'ipv4' && gateway !== null;
    const routes = isDefault ? [{ destination: '0.0.0.0', prefixLength: 0, gateway }] : [];
    return {
      id: `${link} ${String(index).padStart(3, '0')}`,
      link,
      address,
      gateway: family === 'ipv4' ? gateway : null,
      isBesideAdvertisements: family === 'ipv6',
      network: { method: 'static', family, address, prefixLength, routes, nameservers: [] },
    };
  });
  const advertised: DescribedNetwork = {
    id: `${link} advertised`,
    link,
    address: null,
    gateway: null,
    isBesideAdvertisements: false,
    network: { method: 'advertised', family: 'ipv6', informationByDhcp: false, routes: [], nameservers: [] },
  };
  return addresses.some(({ family }) => family === 'ipv6') ? [...described, advertised] : described;
}

/** One IP address of an interface, with the network that it belongs to. */
interface InterfaceAddress {
  readonly family: Family;
  /** Without prefix length: `192.0.2.10`. */
  readonly address: string;
  /** The address as one number. */
  readonly canonical: string;
  readonly prefixLength: number;
  readonly gateway: string | null;
}

function toInterfaceAddress(keys: z.output<typeof addressKeys>, ctx: z.RefinementCtx): InterfaceAddress {
  const own = keys.pna_address;
  const of = { family: own.family, address: own.text, canonical: own.canonical } as const;
  const subnet = subnetOf(keys);
  if (keys.pbn && keys.pvn) return refuse(ctx, 'has both pbn and pvn; an address is in one network');
  if (subnet === undefined) {
    // IPv6 addresses come from router advertisements, whose prefixes are /64 (RFC 4862); IPv4 cannot do without.
    if (own.family === 'ipv6') return { ...of, prefixLength: 64, gateway: null };
    return refuse(ctx, 'has neither pbn nor pvn, so its network is not known');
  }
  const { net, gateway } = subnet;
  if (!isInside(own, net)) return refuse(ctx, outside);
  if (gateway !== null && gateway.family !== own.family) return refuse(ctx, 'has a gateway of the other family');
  return { ...of, prefixLength: net.prefixLength, gateway: gateway?.text ?? null };
}

function subnetOf({ pbn, pvn }: z.output<typeof addressKeys>) {
  if (pbn) return { net: pbn.pbn_network, gateway: pbn.pbn_gateway ?? null };
  if (pvn) return { net: pvn.pvn_network, gateway: pvn.pvn_gateway ?? null };
  return undefined;
}

function refuse(ctx: z.RefinementCtx, message: string): never {
  ctx.addIssue({ code: 'custom', message });
  return z.NEVER;
}
