import { ifRegular } from '../../core/system/if-regular.ts';
import type { System } from '../../core/system/system.ts';

/** Programs that keep in /run which links they have. Those of wicked and network-scripts are not asked. */
export type LinkOwner = 'ifupdown' | 'networkd' | 'NetworkManager';

/** Who has a link; undefined for a program that keeps no word of it, as one that does not run. */
export type LinkOwnership = Readonly<Record<LinkOwner, boolean | undefined>>;

/**
 * Reads only files of /run: that of ifupdown (seen with 0.8), of systemd-networkd (`sd-network` of systemd) and of
 * NetworkManager (`nm_config_device_state_write` of its source, which leaves `managed` out where it does not know).
 */
export async function observeLinkOwnership(system: System, link: string): Promise<LinkOwnership> {
  const read = (path: string) => ifRegular(system.files.read(path));
  const index = (await read(`/sys/class/net/${link}/ifindex`))?.trim() ?? '0';
  const [ifstate, networkd, networkManager] = await Promise.all(
    ['/run/network/ifstate', `/run/systemd/netif/links/${index}`, `/run/NetworkManager/devices/${index}`].map(read),
  );
  return {
    ifupdown: ifstate?.split('\n').some((line) => line.split('=')[0] === link),
    networkd: networkd === undefined ? undefined : /^ADMIN_STATE=(?!unmanaged|pending|initialized)/m.test(networkd),
    NetworkManager: managedOf(networkManager ?? ''),
  };
}

function managedOf(text: string): boolean | undefined {
  const value = /^managed=(true|false)$/m.exec(text)?.[1];
  return value === undefined ? undefined : value === 'true';
}
