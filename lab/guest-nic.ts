import { removeDevice } from '../src/provision/guest/guest-devices.ts';
import type { Qmp } from './qmp.ts';
import { nicPorts } from './qemu.ts';
import type { Pluggable } from './pluggable.ts';

/** A NIC that a guest can get besides its first one, on a network of its own. */
export interface NicDevice {
  /** `52:54:00:00:00:02` for the second, unless told. */
  readonly macAddress?: string;
  /** Pairs of queues that the device has; 1 unless told. */
  readonly queues?: number;
  /**
   * A netdev of QEMU as `netdev_add` takes it, without its id. Unless told, a user network that offers DHCP and router
   * advertisements and leads nowhere: 198.51.100.0/24 for the second NIC, 203.0.113.0/24 for the third.
   */
  readonly network?: Readonly<Record<string, unknown>>;
}

// Networks for documentation, RFC 5737; the first NIC has 192.0.2.0/24.
const prefixes = ['198.51.100', '203.0.113', '10.4.0', '10.5.0'] as const;

/** @param number 2 for the guest's second NIC */
export function nicToPlug(nic: NicDevice, number: number): Pluggable & { readonly macAddress: string } {
  const [netdev, device] = [`net-${number}`, `nic-${number}`];
  const macAddress = nic.macAddress ?? `52:54:00:00:00:0${number}`;
  const queues = nic.queues ?? 1;
  return {
    macAddress,
    plug: async (qmp) => {
      await qmp.execute('netdev_add', { ...(nic.network ?? userNetwork(number)), id: netdev });
      await qmp.execute('device_add', {
        ...{ driver: 'virtio-net-pci', id: device, netdev, mac: macAddress },
        ...(queues === 1 ? {} : { mq: true, vectors: 2 * queues + 2 }),
        bus: nicPorts[number - 2],
      });
    },
    unplug: async (qmp) => {
      await unplugDevice(qmp, device);
      await qmp.execute('netdev_del', { id: netdev });
    },
  };
}

const secondsToLetGo = 30;

/** Pulls a device; returns when the guest has let go of it. @throws AgentError `qmp.*` if it does not within 30 s */
export function unplugDevice(qmp: Qmp, id: string): Promise<void> {
  return removeDevice(qmp, id, secondsToLetGo);
}

function userNetwork(number: number): Readonly<Record<string, unknown>> {
  const prefix = prefixes[number - 2];
  return {
    type: 'user',
    restrict: true,
    net: `${prefix}.0/24`,
    host: `${prefix}.254`,
    dhcpstart: `${prefix}.100`,
    'ipv6-prefix': `2001:db8:${number}::`,
  };
}
