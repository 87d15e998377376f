import type { Step } from './actions.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { Nic } from './nic-facts.ts';

// As the old agent: more queues than this cost memory and gain nothing.
const maximalQueues = 8;

/**
 * As many pairs of queues as there are CPUs. The driver does so by itself for the CPUs that are there when it finds the
 * NIC (virtnet_probe in linux/drivers/net/virtio_net.c); for those that come later, ethtool(8) is the only way.
 */
export function planQueues({ name, queues }: Nic, cpus: number, flags: Flags): Step[] {
  if (!flags.CONFIG_MULTIQUEUE || queues?.maximum == null) return [];
  const wanted = Math.min(cpus, queues.maximum, maximalQueues);
  if (wanted <= queues.current) return [];
  return [{ name: `queues of ${name}`, actions: [{ kind: 'set-queues', link: name, queues: wanted }] }];
}
