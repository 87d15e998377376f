import type { DescribedLink } from '../network-config/description.ts';
import { isDeviceName } from '../network-config/device-name.ts';

/**
 * The device name of each bond, by its id: the id where it can be one, else `bond0`, `bond1` and so on, past those that an id
 * has taken. Ironic's ids are UUIDs of its port groups, which are too long for a device.
 */
export function bondNames(links: readonly DescribedLink[]): Map<string, string> {
  const ids = links.filter(({ type }) => type === 'bond').map(({ id }) => id);
  const taken = new Set(ids.filter(isDeviceName));
  const names = new Map<string, string>();
  for (const id of ids) {
    const name = isDeviceName(id) ? id : freeName(taken);
    taken.add(name);
    names.set(id, name);
  }
  return names;
}

function freeName(taken: ReadonlySet<string>): string {
  let number = 0;
  while (taken.has(`bond${number}`)) number += 1;
  return `bond${number}`;
}
