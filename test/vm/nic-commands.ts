/** Prints the name of the NIC with a MAC address; fails until udev is done with it, as its name may change before. */
export function nameOf(macAddress: string): string {
  const link = `$(dirname $(grep --files-with-matches ${macAddress} /sys/class/net/*/address))`;
  return `link=${link} && udevadm info --query=property $link | grep --quiet ^USEC_INITIALIZED= && basename $link`;
}

/** Prints the IPv4 addresses of a link. */
export function addressOf(link: string): string {
  return `ip -brief -4 address show dev ${link}`;
}
