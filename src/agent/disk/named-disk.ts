import type { AttachedDisk } from './disk-facts.ts';
import { mountName, type NamedDisk } from './mount-name.ts';

/** What names its folder. A partition without a label is called after its disk: `<serial>-part1`. */
export function namedDisk({
  encodedLabel,
  serial,
  device,
}: Pick<AttachedDisk, 'encodedLabel' | 'serial' | 'device'>): NamedDisk {
  if (device.partition === null) return { encodedLabel, serial, kernelName: device.name };
  const suffix = `-part${device.partition.number}`;
  return {
    encodedLabel,
    serial: serial === undefined ? undefined : `${serial}${suffix}`,
    kernelName: `${device.parent ?? device.name}${suffix}`,
  };
}

/** Whether a folder's name is one of this disk's: `data_2` is one of a disk labelled `data`; after a new label it is not. */
export function isNameOf(disk: NamedDisk, name: string): boolean {
  const own = mountName(disk);
  return name === own || (name.startsWith(`${own}_`) && /^\d+$/.test(name.slice(own.length + 1)));
}
