// Linux Documentation/networking/bonding.rst, "mode": the names in the order of their numbers.
const names: readonly string[] = [
  'balance-rr',
  'active-backup',
  'balance-xor',
  'broadcast',
  '802.3ad',
  'balance-tlb',
  'balance-alb',
];

/** The name of a bond's mode, which clouds give by number too: networkd and netplan take only names. */
export function bondModeName(mode: string): string {
  return /^[0-6]$/.test(mode) ? (names[Number(mode)] ?? mode) : mode;
}

/** Whether the driver has a mode of this name. */
export function isBondModeName(mode: string): boolean {
  return names.includes(mode);
}
