import type { PlacedNic } from './match-nic.ts';
import type { System } from '../../core/system/system.ts';

// Tunnels and bonds that are there as soon as their module is, some of them with a permanent address.
const ignoredPrefixes = [
  'sit',
  'tunl',
  'bonding_master',
  'teql',
  'wg',
  'ip6gre',
  'ip6_vti',
  'ip6tnl',
  'bond',
  'lo',
] as const;

/**
 * NICs: links with a permanent address (addr_assign_type 0, Linux Documentation/ABI/testing/sysfs-class-net). Bridges,
 * veth and what else software makes have one of another type. Sorted by name.
 */
export async function observeNics(system: System): Promise<PlacedNic[]> {
  const names = await system.files.list('/sys/class/net');
  const candidates = names.filter((name) => !ignoredPrefixes.some((prefix) => name.startsWith(prefix)));
  const nics = await Promise.all(candidates.map((name) => observeNic(system, name)));
  return nics.filter((nic) => nic !== undefined);
}

async function observeNic(system: System, name: string): Promise<PlacedNic | undefined> {
  const attribute = async (key: string) => (await system.files.read(`/sys/class/net/${name}/${key}`))?.trim();
  const macAddress = (await attribute('address'))?.toLowerCase();
  if (macAddress === undefined || (await attribute('addr_assign_type')) !== '0') return undefined;
  // IFF_UP of linux/if.h; a tree that is not running tells nothing, and nothing can be brought up there.
  const isUp = (Number((await attribute('flags')) ?? '1') & 1) === 1;
  const index = Number((await attribute('ifindex')) ?? '0');
  const isDevice = (await system.files.status(`/sys/class/net/${name}/device`)) !== undefined;
  return { name, index, macAddress, isDevice, isUp, hasCarrier: await hasCarrier(system, name) };
}

/** A NIC that is down has no carrier to tell of: reading it is EINVAL. */
async function hasCarrier(system: System, name: string): Promise<boolean> {
  try {
    return (await system.files.read(`/sys/class/net/${name}/carrier`))?.trim() === '1';
  } catch {
    return false;
  }
}
