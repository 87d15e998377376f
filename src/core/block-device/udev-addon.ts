import { dirname, join } from 'node:path';

/** As much of node-udev as is used. Its monitor and its system attributes are not: the kernel and udevadm(8) are asked for those. */
export interface UdevAddon {
  /** Properties of each device of a subsystem, of which udev or the kernel gives some; only the addon's own is `syspath`. */
  list(subsystem: string): Record<string, string | null>[];
}

/**
 * Loads node-udev from beside the executable, where the package puts it.
 * @returns undefined where it is not, or does not fit this machine: udevadm(8) is asked then
 */
export function loadUdevAddon(folder = dirname(process.execPath)): UdevAddon | undefined {
  const module = { exports: {} as Partial<UdevAddon> };
  try {
    process.dlopen(module, join(folder, 'udev.node'));
  } catch {
    return undefined;
  }
  const { list } = module.exports;
  return list && { list };
}
