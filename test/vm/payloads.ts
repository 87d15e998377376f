/** The crypt(5) hash of a password made up for these tests. */
export const passwordHash =
  '$6$laboratory$KZZ1VXNiry9NvEALOo0aNo5GFN8fC7mrADyzeVVlciJksZlT2AEBVdN9jmwCmX8JqsSawc4XPnai149FhvfTP1';

/** A key whose private half was thrown away. */
export const sshKey =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKE/Ya7GirSOaJeN1IWQLe/Z0Lnzofg0wrr5gIwcZWqA lab@example.net';

/** A payload as the platform makes it for a small web server in the lab's network. */
export const webServer = {
  vm_hostname: 'web1',
  nameservers: ['192.0.2.53', '2001:db8::53'],
  vif: [
    {
      vif_number: 0,
      pna: [{ pna_address: '192.0.2.10', pbn: { pbn_network: '192.0.2.0/24', pbn_gateway: '192.0.2.254' } }],
    },
  ],
  vm_conf: { password: passwordHash, ssh_key: sshKey },
};
