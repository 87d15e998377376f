/** What dnsmasq is to serve, and where. */
export interface PxeSettings {
  readonly interface: string;
  /** Of this machine on that interface, IPv4. */
  readonly address: string;
  readonly port: number;
  /** Holds the boot loaders that firmware can load by TFTP. */
  readonly loaders: string;
}

/**
 * Loaders by the number of the client's architecture (RFC 4578, and IANA's list after it). Those are the names that iPXE
 * gives its files, and Debian's package ipxe with it.
 */
const loaders: readonly (readonly [architecture: string, file: string])[] = [
  ['x86PC', 'undionly.kpxe'],
  ['BC_EFI', 'ipxe.efi'],
  ['X86-64_EFI', 'ipxe.efi'],
];

/** DHCP option 175 is iPXE's own: its requests have it, the firmware's do not. */
const ipxe = 175;

/**
 * A configuration of dnsmasq(8) that can be used without us: proxy DHCP and TFTP on one interface. It hands out no
 * addresses; the network's own DHCP server does. Firmware gets iPXE by TFTP, and iPXE the address of its script.
 */
export function renderDnsmasqConfig({ interface: name, address, port, loaders: folder }: PxeSettings): string {
  return [
    '# No name server.',
    'port=0',
    `interface=${name}`,
    'bind-interfaces',
    'except-interface=lo',
    '# Proxy DHCP: what to boot, and no address.',
    `dhcp-range=${address},proxy`,
    'leasefile-ro',
    'log-dhcp',
    'enable-tftp',
    `tftp-root=${folder}`,
    `dhcp-match=set:ipxe,${ipxe}`,
    ...loaders.map(([architecture, file]) => `pxe-service=tag:!ipxe,${architecture},"gandi-provision",${file}`),
    `dhcp-boot=tag:ipxe,http://${address}:${port}/boot.ipxe`,
    '',
  ].join('\n');
}
