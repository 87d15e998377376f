/** Prints the name of the NIC with a MAC address; fails while there is none. */
export function nameOf(macAddress: string): string {
  return `basename $(dirname $(grep --files-with-matches ${macAddress} /sys/class/net/*/address))`;
}

/** Prints the IPv4 addresses of a link. */
export function addressOf(link: string): string {
  return `ip -brief -4 address show dev ${link}`;
}
