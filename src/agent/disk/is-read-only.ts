import type { AttachedDisk } from './disk-facts.ts';

/** Whether nothing may be written to it: the kernel says so, or an assignment. */
export function isReadOnly({ device, mustNotChange }: Pick<AttachedDisk, 'device' | 'mustNotChange'>): boolean {
  return device.readOnly || mustNotChange;
}
