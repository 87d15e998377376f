import { z } from 'zod';
import type { PartReader } from '../machine-config/part-reader.ts';
import type { DescribedLink, NicMatch } from '../network-config/description.ts';
import { bondModeName } from '../network-config/bond-mode.ts';
import { unprintable } from '../network-config/draws-lines.ts';
import { isDeviceName } from '../network-config/device-name.ts';
import { readMtu } from './read-mtu.ts';

// What ends up in files of several formats: nothing that could end a line or a quote.
export const linkId = z
  .string()
  .min(1)
  .max(128)
  .refine((text) => !unprintable.test(text), 'must not contain control characters');
const word = z.string().regex(/^[A-Za-z0-9+._-]{1,64}$/, 'must be one word of letters, digits and +._-');
const wordOrNumber = z.union([word, z.int().transform(String)]);
const macAddress = z
  .string()
  .regex(/^([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$/, 'is not a MAC address')
  .transform((text) => text.toLowerCase().replaceAll('-', ':'));
// Clouds write numbers as text too.
const number = (minimum: number, maximum: number) => z.coerce.number().int().min(minimum).max(maximum);

const link = z.object({
  id: linkId,
  name: z.string().nullish(),
  type: z.string().nullish(),
  ethernet_mac_address: macAddress.nullish(),
  mtu: z.unknown().optional(),
  vlan_link: linkId.nullish(),
  vlan_id: number(0, 4094).nullish(),
  vlan_mac_address: macAddress.nullish(),
  bond_links: z.array(linkId).max(64).nullish(),
  bond_mode: wordOrNumber.nullish(),
  bond_miimon: number(0, 3_600_000).nullish(),
  bond_xmit_hash_policy: word.nullish(),
  bond_lacp_rate: wordOrNumber.nullish(),
});

type Link = z.output<typeof link>;

/**
 * One item of `links`. Every type but `vlan` and `bond` is a NIC: clouds write `phy`, `ovs`, `bridge`, `vif`, `tap` or null.
 * @returns undefined where it has a mistake, or is a NIC that cannot be found
 */
export function readLink(value: unknown, path: readonly PropertyKey[], reader: PartReader): DescribedLink | undefined {
  const found = reader.read(link, value, path);
  if (found === undefined) return undefined;
  const settings = { id: found.id, mtu: readMtu(found.mtu, [...path, 'mtu'], reader) };
  if (found.type === 'vlan') return toVlan(found, settings, path, reader);
  if (found.type === 'bond') return toBond(found, settings);
  const match = matchOf(found);
  if (match === undefined) {
    reader.warn(path, 'has neither ethernet_mac_address nor the name of a device and was left out');
    return undefined;
  }
  return { ...settings, type: 'physical', match };
}

interface Settings {
  readonly id: string;
  readonly mtu: number | null;
}

function toVlan(
  found: Link,
  settings: Settings,
  path: readonly PropertyKey[],
  reader: PartReader,
): DescribedLink | undefined {
  if (!found.vlan_link || found.vlan_id == null) {
    reader.mistake(path, 'is a VLAN without vlan_link or vlan_id');
    return undefined;
  }
  const mac = found.vlan_mac_address ?? found.ethernet_mac_address ?? null;
  return { ...settings, type: 'vlan', macAddress: mac, vlanId: found.vlan_id, link: found.vlan_link };
}

function toBond(found: Link, settings: Settings): DescribedLink {
  return {
    ...settings,
    type: 'bond',
    macAddress: found.ethernet_mac_address ?? null,
    links: found.bond_links ?? [],
    mode: bondModeName(found.bond_mode ?? 'balance-rr'),
    miimonMilliseconds: found.bond_miimon ?? null,
    transmitHashPolicy: found.bond_xmit_hash_policy ?? null,
    lacpRate: found.bond_lacp_rate ?? null,
  };
}

function matchOf({ name, ethernet_mac_address: own }: Link): NicMatch | undefined {
  if (own) return { by: 'mac-address', macAddress: own };
  return name && isDeviceName(name) ? { by: 'name', name } : undefined;
}
