// Every driver sets it by itself (ether_setup in linux/net/ethernet/eth.c), so it is written only where it is another.
const ethernetMtu = 1500;

/** The MTU that a file has to name; undefined where the kernel's own is meant. */
export function mtuToSet(mtu: number | null): number | undefined {
  return mtu === null || mtu === ethernetMtu ? undefined : mtu;
}
