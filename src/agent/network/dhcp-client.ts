import type { System } from '../../core/system/system.ts';

export type DhcpClient = 'dhcpcd' | 'dhclient' | 'udhcpc';

/** In order of preference: those that are still maintained first. To add one: a line here, a row in apply/start-dhcp.ts. */
const places: Readonly<Record<DhcpClient, readonly string[]>> = {
  dhcpcd: ['/usr/sbin/dhcpcd', '/sbin/dhcpcd'],
  dhclient: ['/usr/sbin/dhclient', '/sbin/dhclient'],
  udhcpc: ['/usr/sbin/udhcpc', '/sbin/udhcpc', '/usr/bin/udhcpc'],
};

/** The DHCP client that is installed; undefined if none is. */
export async function observeDhcpClient({ files }: System): Promise<DhcpClient | undefined> {
  for (const [name, paths] of Object.entries(places)) {
    for (const path of paths) if ((await files.status(path)) !== undefined) return name as DhcpClient;
  }
  return undefined;
}
