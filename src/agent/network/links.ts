import type { System } from '../../core/system/system.ts';

/** A network link of the machine, as /sys/class/net shows it. */
export interface Link {
  readonly name: string;
  readonly index: number;
  /** MAC address, lower case. */
  readonly address: string;
  /**
   * True for a device with an address of its own (addr_assign_type 0, Linux Documentation/ABI/testing/sysfs-class-net)
   * behind a bus: a NIC. False for loopback, bridges, veth, WireGuard and their kin.
   */
  readonly physical: boolean;
}

/** All links, by index: the order in which the kernel found them. */
export async function observeLinks(system: System): Promise<Link[]> {
  const names = await system.files.list('/sys/class/net');
  const links = await Promise.all(names.map((name) => observeLink(system, name)));
  return links.filter((link) => link !== undefined).sort((a, b) => a.index - b.index);
}

async function observeLink(system: System, name: string): Promise<Link | undefined> {
  const attribute = async (key: string) => (await system.files.read(`/sys/class/net/${name}/${key}`))?.trim();
  const index = await attribute('ifindex');
  const address = await attribute('address');
  // A link can go while it is looked at; then it is not a fact any more.
  if (index === undefined || address === undefined) return undefined;
  const device = await system.files.status(`/sys/class/net/${name}/device`);
  const physical = device !== undefined && (await attribute('addr_assign_type')) === '0';
  return { name, index: Number(index), address: address.toLowerCase(), physical };
}
