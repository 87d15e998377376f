import { unplugDevice } from './guest-nic.ts';
import type { Pluggable } from './pluggable.ts';

interface Slot {
  readonly type: string;
  readonly props: Readonly<Record<string, number>>;
  /** Of the CPU that is in the slot. */
  readonly 'qom-path'?: string;
}

/**
 * A CPU for the first free slot. The kernel of Debian 13 takes QEMU's emulation for bare metal, to which no CPU can come later
 * ("Allowing 1 present CPUs plus 0 hotplug CPUs"), unless the guest was started with `takesCpus`; that of Debian 12 takes it.
 */
export function cpuToPlug(number: number): Pluggable {
  const id = `cpu-${number}`;
  return {
    plug: async (qmp) => {
      const slots = (await qmp.execute('query-hotpluggable-cpus')) as Slot[];
      const free = slots.filter((slot) => slot['qom-path'] === undefined);
      // They are listed from the last to the first.
      const slot = free.at(-1);
      if (slot === undefined) throw new Error('every slot for CPUs is taken');
      await qmp.execute('device_add', { driver: slot.type, id, ...slot.props });
    },
    unplug: (qmp) => unplugDevice(qmp, id),
  };
}
