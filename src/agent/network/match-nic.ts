import type { NicMatch } from '../network-config/description.ts';

/** A NIC of the machine, as far as a description is placed on it. */
export interface PlacedNic {
  readonly name: string;
  /** The kernel's number of the link: the order in which it found them. */
  readonly index: number;
  /** Lower case; empty in a tree that is not running. */
  readonly macAddress: string;
  /** It is a device on a bus, and not made by software. */
  readonly isDevice: boolean;
  readonly isUp: boolean;
  /** Known only of a NIC that is up. */
  readonly hasCarrier: boolean;
}

/** The NIC that is meant, or why there is none: the end of a sentence. */
export function matchingNic(match: NicMatch, nics: readonly PlacedNic[]): PlacedNic | string {
  switch (match.by) {
    case 'mac-address':
      return (
        nics.find(({ macAddress }) => macAddress === match.macAddress) ??
        `this machine has no NIC with the address ${match.macAddress}`
      );
    case 'number':
      return nicOfNumber(match.number, nics) ?? `this machine has no NIC of the number ${match.number}`;
    case 'name':
      return nics.find(({ name }) => name === match.name) ?? `this machine has no NIC of the name ${match.name}`;
  }
}

// The kernel's own names, and those of Xen's NICs: `enX` with the number of the virtual interface (systemd.net-naming-scheme(7), v252).
const numberedName = /^(?:eth|enX)(\d+)$/;

/**
 * Interface N is `ethN` or `enXN`, whose numbers are the platform's own; where the names are others, it is the N-th device in
 * the order in which the kernel found them.
 */
function nicOfNumber(number: number, nics: readonly PlacedNic[]): PlacedNic | undefined {
  const devices = nics.filter(({ isDevice }) => isDevice).sort((a, b) => a.index - b.index);
  const numberOf = ({ name }: PlacedNic) => numberedName.exec(name)?.[1];
  if (!devices.some((nic) => numberOf(nic) !== undefined)) return devices[number];
  return devices.find((nic) => numberOf(nic) === String(number));
}
