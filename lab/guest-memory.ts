import { unplugDevice } from './guest-nic.ts';
import type { Pluggable } from './pluggable.ts';

/** A memory module of that many MiB, a multiple of the guest's block size of 128. */
export function memoryToPlug(mebibytes: number, number: number): Pluggable {
  const [backend, id] = [`memory-${number}`, `dimm-${number}`];
  return {
    plug: async (qmp) => {
      await qmp.execute('object-add', { 'qom-type': 'memory-backend-ram', id: backend, size: mebibytes * 1024 * 1024 });
      await qmp.execute('device_add', { driver: 'pc-dimm', id, memdev: backend });
    },
    unplug: async (qmp) => {
      await unplugDevice(qmp, id);
      await qmp.execute('object-del', { id: backend });
    },
  };
}
