import { networkFamilies, type NetworkFamily } from './families.ts';
import type { System } from '../../core/system/system.ts';

// Configured there, the network is described in a way that is not ours to read: nothing may be added to it.
const otherOwners = ['/etc/netplan'] as const;

const ifupdown = ['/usr/sbin/ifup', '/sbin/ifup'] as const;
const networkdEnabled = '/etc/systemd/system/multi-user.target.wants/systemd-networkd.service';

/**
 * What configures the network of this machine, by what is installed and enabled, in this order of preference; undefined
 * where it is something else. The distribution's name alone would not tell: Debian has three ways.
 */
export async function observeNetworkFamily({ files }: System): Promise<NetworkFamily | undefined> {
  for (const folder of otherOwners)
    if ((await files.list(folder)).some((name) => name.endsWith('.yaml'))) return undefined;
  for (const path of ifupdown) if ((await files.status(path)) !== undefined) return networkFamilies.ifupdown;
  if ((await files.status(networkdEnabled)) !== undefined) return networkFamilies.networkd;
  return undefined;
}
