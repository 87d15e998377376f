const mac = '52:54:00:00:00:02';
const hash = `$6$abcdefgh$${'a'.repeat(86)}`;
export const sshKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me';

/** What a payload says, with every key that is known. */
export const payload = {
  vm_hostname: 'web1',
  nameservers: ['192.0.2.53', '2001:db8::53'],
  vif: [
    {
      vif_number: 0,
      pna: [
        { pna_address: '192.0.2.10', pbn: { pbn_network: '192.0.2.0/24', pbn_gateway: '192.0.2.254' } },
        { pna_address: '2001:db8::10', pbn: { pbn_network: '2001:db8::/64', pbn_gateway: '2001:db8::1' } },
      ],
    },
    { vif_number: 1, pna: [{ pna_address: '10.0.0.5', pvn: { pvn_network: '10.0.0.0/24', pvn_gateway: null } }] },
  ],
  vm_conf: {
    user: 'admin',
    password: hash,
    ssh_key: sshKey,
    run: 'id',
    script_args: '--a b',
    timezone: 'Europe/Paris',
    locale: 'en_US.UTF-8',
    ntp_servers: ['ntp.example.org', '192.0.2.1'],
  },
};

export const networkData = {
  links: [
    { id: 'tap1', type: 'phy', ethernet_mac_address: mac, mtu: 1500 },
    { id: 'tap2', type: 'ovs', ethernet_mac_address: '52:54:00:00:00:03', mtu: null },
    {
      id: 'bond0',
      type: 'bond',
      bond_links: ['tap1'],
      bond_mode: '802.3ad',
      bond_miimon: 100,
      bond_xmit_hash_policy: 'layer2',
      bond_lacp_rate: 'fast',
      ethernet_mac_address: mac,
    },
    { id: 'v', type: 'vlan', vlan_link: 'bond0', vlan_id: 101, vlan_mac_address: mac },
  ],
  networks: [
    {
      id: 'n0',
      link: 'tap1',
      type: 'ipv4',
      ip_address: '192.0.2.10',
      netmask: '255.255.255.0',
      routes: [{ network: '0.0.0.0', netmask: '0.0.0.0', gateway: '192.0.2.1' }],
    },
    {
      id: 'n1',
      link: 'v',
      type: 'ipv6',
      ip_address: '2001:db8::2/64',
      gateway: '2001:db8::1',
      services: [{ type: 'dns', address: '192.0.2.53' }],
    },
    { id: 'n2', link: 'bond0', type: 'ipv4_dhcp' },
    { id: 'n3', link: 'tap2', type: 'ipv6_slaac' },
    { id: 'n4', link: 'tap2', type: 'ipv6_dhcpv6-stateful' },
  ],
  services: [{ type: 'dns', address: '192.0.2.53' }],
};

export const metaData = {
  hostname: 'web1.example.org',
  name: 'web_1',
  uuid: 'u',
  public_keys: { me: sshKey },
  keys: [{ name: 'me', type: 'ssh', data: sshKey }],
  network_config: { name: 'network_config', content_path: '/content/0000' },
};

export const vendorData = { network_info: networkData };

export const interfacesText = `auto lo
iface lo inet loopback
auto eth0
iface eth0 inet static
  address 192.0.2.10
  netmask 255.255.255.0
  gateway 192.0.2.1
  dns-nameservers 192.0.2.53
  hwaddress ether ${mac}
  mtu 1450
iface eth0 inet6 static
  address 2001:db8::2
  netmask 64
  gateway 2001:db8::1
auto eth1
iface eth1 inet dhcp
iface eth1 inet6 auto
  up route add -net 198.51.100.0 netmask 255.255.255.0 gw 192.0.2.254
`;

export const networkV1 = {
  version: 1,
  config: [
    {
      type: 'physical',
      name: 'eth0',
      mac_address: mac,
      mtu: 1500,
      subnets: [
        {
          type: 'static',
          address: '192.0.2.10/24',
          gateway: '192.0.2.1',
          dns_nameservers: ['192.0.2.53'],
          routes: [{ network: '198.51.100.0', netmask: '255.255.255.0', gateway: '192.0.2.254' }],
        },
        { type: 'static6', address: '2001:db8::2/64', gateway: '2001:db8::1' },
        { type: 'dhcp4' },
        { type: 'dhcp6' },
        { type: 'ipv6_slaac' },
      ],
    },
    {
      type: 'bond',
      name: 'bond0',
      bond_interfaces: ['eth0'],
      params: {
        'bond-mode': 'active-backup',
        'bond-miimon': 100,
        'bond-lacp-rate': 'fast',
        'bond-xmit-hash-policy': 'layer2',
      },
      subnets: [{ type: 'dhcp' }],
    },
    {
      type: 'vlan',
      name: 'bond0.7',
      vlan_link: 'bond0',
      vlan_id: 7,
      subnets: [{ type: 'static', address: '10.0.0.5', netmask: '255.255.255.0' }],
    },
    { type: 'nameserver', address: ['192.0.2.53'] },
    { type: 'route', destination: '198.51.100.0/24', gateway: '192.0.2.254' },
  ],
};

export const networkV2 = {
  version: 2,
  renderer: 'networkd',
  ethernets: {
    eth0: {
      match: { macaddress: mac, name: 'eth0' },
      'set-name': 'eth0',
      dhcp4: true,
      dhcp6: 'no',
      'accept-ra': false,
      addresses: ['192.0.2.10/24', '2001:db8::2/64'],
      gateway4: '192.0.2.1',
      gateway6: '2001:db8::1',
      routes: [
        { to: 'default', via: '192.0.2.1' },
        { to: '198.51.100.0/24', via: '192.0.2.254', 'on-link': true },
      ],
      nameservers: { addresses: ['192.0.2.53'], search: ['example.org'] },
      mtu: 1450,
    },
  },
  bonds: {
    bond0: {
      interfaces: ['eth0'],
      parameters: {
        mode: '802.3ad',
        'mii-monitor-interval': 100,
        'transmit-hash-policy': 'layer2',
        'lacp-rate': 'slow',
      },
    },
  },
  vlans: { v7: { id: 7, link: 'bond0', addresses: ['10.0.0.5/24'], macaddress: mac } },
};

export const cloudConfig = {
  hostname: 'web1',
  fqdn: 'web1.example.org',
  user: 'admin',
  password: hash,
  ssh_authorized_keys: [sshKey],
  users: [
    'default',
    'ops',
    {
      name: 'me',
      sudo: 'ALL=(ALL) NOPASSWD:ALL',
      groups: ['adm', 'sudo'],
      ssh_authorized_keys: [sshKey],
      passwd: hash,
      lock_passwd: false,
      shell: '/bin/bash',
      gecos: 'Me',
    },
  ],
  chpasswd: { expire: false, list: ['root:x', `me:${hash}`], users: [{ name: 'me', password: hash, type: 'hash' }] },
  timezone: 'Europe/Paris',
  locale: 'en_US.UTF-8',
  ntp: { enabled: true, servers: ['ntp.example.org'], pools: ['pool.example.org'] },
  runcmd: ['id', ['touch', '/tmp/a b']],
  manage_etc_hosts: true,
};

export const nocloudMetaData = {
  'instance-id': 'i-1',
  'local-hostname': 'web1',
  hostname: 'web1',
  'public-keys': [sshKey],
  'network-interfaces': interfacesText,
};

export const sfdiskAnswer = {
  partitiontable: {
    label: 'gpt',
    id: '00000000-0000-4000-8000-000000000001',
    device: '/dev/sdb',
    unit: 'sectors',
    firstlba: 34,
    lastlba: 131038,
    sectorsize: 512,
    partitions: [
      {
        node: '/dev/sdb1',
        start: 2048,
        size: 65536,
        type: '0FC63DAF-8483-4772-8E79-3D69D8477DE4',
        uuid: '00000000-0000-4000-8000-000000000002',
        name: 'data',
        attrs: 'GUID:63',
      },
      { node: '/dev/sdb2', start: 67584, size: 63000, type: '83' },
    ],
  },
};

export const mountinfo = [
  '21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro',
  '36 21 8:16 / /srv/my\\040data rw,nosuid,nodev shared:7 master:2 - ext4 /dev/sdb rw',
  '40 21 0:42 /@home /home rw - btrfs /dev/sdc rw,subvolid=256',
  '41 21 0:50 / /mnt/fuse rw - fuse.sshfs me@host: rw,user_id=1000',
].join('\n');

export const swaps =
  'Filename\t\t\t\tType\t\tSize\tUsed\tPriority\n/dev/sdb2                               partition\t524284\t0\t-2\n/swap\\040file file 1024 0 -3\n';

export const fstab = `# a comment
UUID=00000000-0000-4000-8000-000000000001 / ext4 errors=remount-ro 0 1
LABEL="my data" /srv/my\\040data ext4 defaults 0 2
/dev/disk/by-id/scsi-1 /mnt auto noauto 0 0
PARTLABEL='data' /a auto
ID=scsi-2 /b auto
`;

export const flags = `# gandi
CONFIG_MOTD=1
CONFIG_DISK_ROOT="/srv"
export CONFIG_MOUNT_PARAMS='rw,nosuid'
CONFIG_NODHCP="eth0 eth1"
CONFIG_NEW_DISK_OWNER="0:1001 0775"
CONFIG_HOTPLUG_LINGER=3
CONFIG_SOURCE=config-drive
CONFIG_FORMAT_BLANK=ext4
GANDI_HOOK_DIR=/etc/gandi/hooks
CONFIG_UNKNOWN=1
`;

export const assignment = `# the database
SERIAL='vol 1'
WWN=0x5000c500a0b1c2d3
LABEL="data" # as mkfs made it
UUID=11111111-2222-3333-4444-555555555555
PATH=/var/lib/pg
OPTIONS=noatime,commit=30,subvol=@data
OWNER=postgres:backup
READ_ONLY=yes
HOOK=/etc/gandi/pg-hook
SERVICES="postgresql backup.timer"
`;

export const spooledEvent = [
  'SEQNUM=42',
  'ACTION=add',
  'DEVPATH=/devices/x/block/sdb',
  'DEVNAME=/dev/sdb',
  'GANDI_HANDLER=disk',
  'GANDI_SPOOLED_AT=1.50',
  'DISKSEQ=7',
  'ID_FS_LABEL_ENC=my\\x20data',
  'ID_FS_UUID=cafe',
  'CONFIG_MOTD=1',
  '',
].join('\0');

// The same with what may be left out left out, and with each other spelling.

export const sparsePayload = {
  vm_hostname: null,
  nameservers: null,
  vif: [{ vif_number: 0, pna: null }, { vif_number: 2 }],
  vm_conf: { user: null, ssh_key: `${sshKey}\n# a comment\n`, ntp_servers: null },
};

export const sparseNetworkData = {
  links: [
    { id: 'a', type: 'ethernet' },
    { id: 'b', type: 'bond' },
    { id: 'v0', type: 'vlan', vlan_link: 'a' },
    { id: 'v1', type: 'vlan', vlan_link: 'a', vlan_id: 5, ethernet_mac_address: mac },
    { id: 'x', type: 'warp' },
  ],
  networks: [
    {
      id: 'n0',
      link: 'a',
      type: 'ipv4',
      ip_address: '192.0.2.10/24',
      routes: [
        { network: '198.51.100.0/24' },
        { network: '198.51.100.7' },
        { network: '2001:db8:1::', gateway: '2001:db8::1' },
      ],
    },
    {
      id: 'n1',
      link: 'b',
      type: 'ipv6',
      ip_address: '2001:db8::2',
      netmask: 'ffff:ffff:ffff:ffff::',
      gateway: '2001:db8::1',
    },
    { id: 'n2', link: 'a', type: 'ipv6_dhcpv6_stateful' },
    { id: 'n3', link: 'a', type: 'ipv6_dhcpv6-stateless' },
    { id: 'n4', link: 'a', type: 'ipv6_dhcp' },
    { id: 'n5', link: 'nowhere', type: 'ipv4_dhcp' },
    { id: 'n6', link: 'a', type: 'ipv4', ip_address: null },
    { id: 'n7', link: 'a', type: 'ipv4', ip_address: '192.0.2.11', gateway: '192.0.2.1', services: [{ type: 'dns' }] },
  ],
};

export const sparseMetaData = {
  name: null,
  public_keys: null,
  keys: [{ name: 'me', type: 'x509', data: 'x' }],
  network_config: null,
};

export const sparseNetworkV1 = {
  version: 1,
  config: [
    {
      type: 'physical',
      name: 'ens3',
      subnets: [{ type: 'static', address: '192.0.2.10', netmask: '255.255.255.0' }, { type: 'dhcp' }],
    },
    {
      type: 'physical',
      name: 'eth7',
      mtu: '1400',
      subnets: [{ type: 'manual' }, { type: 'ipv6_dhcpv6-stateless' }, { type: 'ipv6_dhcpv6-stateful' }],
    },
    { type: 'physical', name: 'eth8', subnets: [{ type: 'static6', address: '2001:db8::2' }] },
    {
      type: 'physical',
      name: 'eth9',
      subnets: [{ type: 'static', routes: [{ destination: '2001:db8:1::/64', gateway: '2001:db8::1' }] }],
    },
    {
      type: 'physical',
      name: 'eth10',
      subnets: [{ type: 'dhcp4', routes: [{ destination: '2001:db8:1::', netmask: '64', gateway: null }] }],
    },
    { type: 'physical' },
    { type: 'vlan', name: 'v', vlan_id: 3 },
    { type: 'bond', name: 'b', params: { bond_mode: 4, bond_miimon: 'often' } },
    { type: 'bond', name: 'b' },
    { type: 'bridge', name: 'br0' },
    { type: 'nameserver' },
  ],
};

export const sparseNetworkV2 = {
  version: 2,
  ethernets: {
    ens3: {
      dhcp4: 'yes',
      'accept-ra': true,
      routes: [{ to: '0.0.0.0/0', via: '192.0.2.1' }, { to: '::/0' }, { to: '198.51.100.7' }],
    },
    eth1: { match: { name: 'eth3' }, dhcp6: true, 'accept-ra': true },
    eth2: { match: null, addresses: null, nameservers: null, routes: null, mtu: '1450' },
    eth4: null,
  },
  bonds: { b0: { interfaces: [] }, b1: { interfaces: ['ens3'], parameters: {} } },
  vlans: { v: { id: 1, link: 'ens3' } },
};

export const sparseCloudConfig = {
  fqdn: 'web1.example.org',
  password: 'plain',
  users: [
    { name: 'root', ssh_authorized_keys: sshKey },
    { name: 'a', sudo: false, lock_passwd: true },
    { name: 'b', sudo: ['ALL=(ALL:ALL) ALL'], hashed_passwd: hash },
    {},
  ],
  chpasswd: { list: `root:${hash}\nme:RANDOM\n` },
  ntp: { enabled: false },
  runcmd: ['', []],
  locale: false,
  bootcmd: ['x'],
};

export const sparseInterfacesText = `iface lo inet loopback
allow-hotplug ens3
iface ens3 inet static
  address 192.0.2.10/24
  dns-nameservers 192.0.2.53 nothing
  hwaddress nothing
  mtu 9
iface eth1 inet6 static
  address 2001:db8::2/64
  gateway 192.0.2.1
iface eth2 inet ppp
iface eth3 ipx static
iface eth4 inet static
  address nothing
`;

export const loneMetaData = { 'instance-id': 1, hostname: 'web2', 'public-keys': { me: { 'openssh-key': sshKey } } };

export const hostRequests = [
  { version: 1, id: 'a', ask: 'status' },
  { version: 1, ask: 'detach', serial: 'vol-1' },
  { version: 1, ask: 'trim', serial: null },
  { version: 1, ask: 'freeze', seconds: 60 },
  { version: 1, ask: 'thaw' },
];
