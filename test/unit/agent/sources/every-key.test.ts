import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseGandiConfig } from '../../../../src/agent/machine-config/gandi-schema.ts';
import type { ParsedConfig } from '../../../../src/agent/machine-config/parsed-config.ts';
import { nocloudReader } from '../../../../src/agent/sources/nocloud.ts';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me';
const hash = '$6$laboratory$KZZ1VXNiry9NvEALOo0aNo5GFN8fC7mrADyzeVVlciJksZlT2AEBVdN9jmwCmX8JqsSawc4XPnai149FhvfTP1';
const mac = '52:54:00:00:00:01';

type Json = Readonly<Record<string, unknown>>;

const drive = (files: Readonly<Record<string, string>>) => nocloudReader.parse(new Map(Object.entries(files)));
const cloudConfig = (config: Json) => drive({ 'user-data': `#cloud-config\n${JSON.stringify(config)}\n` });
const networkConfig = (config: Json) => drive({ 'network-config': JSON.stringify(config) });
const ofBond = (parameters: Json) =>
  networkConfig({ version: 2, ethernets: { eth0: {} }, bonds: { bond0: { interfaces: ['eth0'], parameters } } });
const ofEthernet = (keys: Json) => networkConfig({ version: 2, ethernets: { eth0: { dhcp4: true, ...keys } } });
const ofItem = (keys: Json) =>
  networkConfig({ version: 1, config: [{ type: 'physical', name: 'eth0', subnets: [{ type: 'dhcp' }], ...keys }] });
const ofSubnet = (keys: Json) => ofItem({ subnets: [{ type: 'static', address: '192.0.2.10/24', ...keys }] });
const ofBondV1 = (params: Json) => ofItem({ type: 'bond', name: 'bond0', bond_interfaces: ['eth0'], params });
const ofInterfaces = (option: string) =>
  drive({ 'meta-data': JSON.stringify({ 'network-interfaces': `iface eth0 inet dhcp\n${option}\n` }) });
const route = { to: '198.51.100.0/24', via: '192.0.2.1' };
const routeV1 = { network: '198.51.100.0/24', gateway: '192.0.2.1' };

describe('a key that is not taken is named with its path', () => {
  test.each<[string, ParsedConfig]>([
    ['user-data: user.uid', cloudConfig({ user: { name: 'me', uid: 7 } })],
    ['user-data: user.shell', cloudConfig({ user: { name: 'me', shell: '/bin/sh' } })],
    ['user-data: user.plain_text_passwd', cloudConfig({ user: { name: 'me', plain_text_passwd: 'x' } })],
    ['user-data: users[0].passwd', cloudConfig({ users: [{ name: 'me', passwd: hash, hashed_passwd: hash }] })],
    ['user-data: users[0].passwd', cloudConfig({ user: 'me', password: hash, users: [{ name: 'me', passwd: hash }] })],
    ['user-data: password', cloudConfig({ password: hash, chpasswd: { users: [{ name: 'root', password: hash }] } })],
    ['user-data: fqdn', cloudConfig({ hostname: 'a', fqdn: 'b.example.com' })],
    ['user-data: chpasswd.expire', cloudConfig({ chpasswd: { expire: true } })],
    [
      'user-data: chpasswd.users[0].comment',
      cloudConfig({ chpasswd: { users: [{ name: 'root', password: hash, comment: 'x' }] } }),
    ],
    ['user-data: ntp.ntp_client', cloudConfig({ ntp: { ntp_client: 'chrony' } })],
    ['user-data: manage_etc_hosts', cloudConfig({ manage_etc_hosts: false })],
    ['meta-data: dsmode', drive({ 'meta-data': 'dsmode: net\n' })],
    ['meta-data: hostname', drive({ 'meta-data': 'local-hostname: a\nhostname: b\n' })],
    [
      'meta-data: local-hostname',
      drive({ 'meta-data': 'local-hostname: a\n', 'user-data': '#cloud-config\nhostname: b\n' }),
    ],
    [
      'meta-data: network-interfaces',
      drive({ 'meta-data': 'network-interfaces: iface eth0 inet dhcp\n', 'network-config': 'version: 2\n' }),
    ],
    ['network-config: x', networkConfig({ network: { version: 2 }, x: 1 })],
    ['network-config: network.x', networkConfig({ network: { config: 'disabled', x: 1 } })],
    ['network-config: renderer', networkConfig({ version: 2, renderer: 'networkd' })],
    ['network-config: ethernets.eth0.match.driver', ofEthernet({ match: { driver: 'virtio' } })],
    ['network-config: ethernets.eth0.match.name', ofEthernet({ match: { macaddress: mac, name: 'eth0' } })],
    ['network-config: ethernets.eth0.set-name', ofEthernet({ 'set-name': 'lan0' })],
    ['network-config: ethernets.eth0.macaddress', ofEthernet({ macaddress: mac })],
    ['network-config: ethernets.eth0.accept-ra', ofEthernet({ 'accept-ra': false })],
    ['network-config: ethernets.eth0.nameservers.search', ofEthernet({ nameservers: { search: ['a'] } })],
    [
      'network-config: ethernets.eth0.nameservers',
      ofEthernet({ dhcp4: false, nameservers: { addresses: ['192.0.2.53'] } }),
    ],
    ...['metric', 'on-link', 'table'].map((name): [string, ParsedConfig] => [
      `network-config: ethernets.eth0.routes[0].${name}`,
      ofEthernet({ routes: [{ ...route, [name]: 1 }] }),
    ]),
    ...['primary', 'up-delay'].map((name): [string, ParsedConfig] => [
      `network-config: bonds.bond0.parameters.${name}`,
      ofBond({ mode: 'active-backup', [name]: 'eth0' }),
    ]),
    ['network-config: config[0].params.bond-primary', ofBondV1({ 'bond-primary': 'eth0' })],
    ['network-config: config[0].params.bond_mode', ofBondV1({ 'bond-mode': 1, bond_mode: 2 })],
    ['network-config: config[0].bond_interfaces', ofItem({ bond_interfaces: ['eth1'] })],
    ['network-config: config[0].vlan_id', ofItem({ vlan_id: 7 })],
    ['network-config: config[0].subnets[0].address', ofSubnet({ type: 'dhcp' })],
    ['network-config: config[0].subnets[0].netmask', ofSubnet({ netmask: '255.0.0.0' })],
    ['network-config: config[0].subnets[0].routes[0].metric', ofSubnet({ routes: [{ ...routeV1, metric: 9 }] })],
    [
      'network-config: config[0].subnets[0].routes[0].network',
      ofSubnet({ routes: [{ ...routeV1, destination: '203.0.113.0/24' }] }),
    ],
    [
      'network-config: config[0].subnets[0].routes[0].netmask',
      ofSubnet({ routes: [{ ...routeV1, netmask: '255.0.0.0' }] }),
    ],
    ['meta-data: iface eth0.mtu', ofInterfaces('mtu jumbo')],
    ['meta-data: iface eth0.dns-nameservers', ofInterfaces('dns-nameservers here 192.0.2.53')],
    ['meta-data: iface eth0.gateway', ofInterfaces('gateway 192.0.2.1')],
    ['meta-data: iface eth0.metric', ofInterfaces('metric 9')],
    [
      'vif[0].pna[0].pbn.x',
      parseGandiConfig(
        JSON.stringify({
          vif: [{ vif_number: 0, pna: [{ pna_address: '192.0.2.10', pbn: { pbn_network: '192.0.2.0/24', x: 1 } }] }],
        }),
      ),
    ],
  ])('%s', (path, { warnings, mistakes }) => {
    expect(mistakes).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(new RegExp(`^${path.replace(/[[\].]/g, '\\$&')}: .* left out`))]);
  });
});

describe('a value that cannot be taken is a mistake', () => {
  test.each<[string, ParsedConfig]>([
    ['user-data: chpasswd.users[0].type', cloudConfig({ chpasswd: { users: [{ name: 'root', type: 'RANDOM' }] } })],
    ['user-data: ntp.enabled', cloudConfig({ ntp: { enabled: 'perhaps' } })],
    ['user-data: users[0].groups', cloudConfig({ users: [{ name: 'me', groups: { sudo: [] } }] })],
    ['user-data: users[0].sudo', cloudConfig({ users: [{ name: 'me', sudo: true }] })],
    ['user-data: users[0].lock_passwd', cloudConfig({ users: [{ name: 'me', lock_passwd: 'x' }] })],
    ['meta-data: public-keys', drive({ 'meta-data': 'public-keys: [7]\n' })],
    ['network-config: bonds.bond0.parameters.mode', ofBond({ mode: 'active' })],
    ['network-config: config[0].params.bond-mode', ofBondV1({ 'bond-mode': 'active backup' })],
    ['network-config: config[0].params.bond_miimon', ofBondV1({ bond_miimon: 'often' })],
  ])('%s', (path, { mistakes }) => {
    expect(mistakes).toMatchObject([{ path }]);
  });
});

test('a netmask that says the same as the prefix length is not named', () => {
  const { mistakes, warnings } = ofSubnet({
    netmask: '255.255.255.0',
    routes: [{ network: '198.51.100.0/24', netmask: '255.255.255.0', gateway: '192.0.2.1' }],
  });
  expect({ mistakes, warnings }).toEqual({ mistakes: [], warnings: [] });
});

/** What is accepted without a word, one document for each file. */
const accepted: readonly (readonly [string, Json, (config: Json) => ParsedConfig])[] = [
  ['meta-data', { 'public-keys': [key] }, (config) => drive({ 'meta-data': JSON.stringify(config) })],
  [
    'user-data',
    {
      user: { name: 'me', ssh_authorized_keys: [key] },
      users: ['default', { name: 'you', sudo: 'ALL=(ALL) ALL' }],
      chpasswd: { users: [{ name: 'you', password: hash }] },
      ntp: { servers: ['192.0.2.123'] },
      runcmd: ['echo a'],
    },
    cloudConfig,
  ],
  [
    'network-config',
    {
      network: {
        version: 2,
        ethernets: {
          eth0: { match: { macaddress: mac }, addresses: ['192.0.2.10/24'], routes: [route], nameservers: {} },
          eth1: {},
        },
        bonds: { bond0: { interfaces: ['eth1'], parameters: { 'lacp-rate': 'slow' } } },
        vlans: { v: { id: 7, link: 'bond0', dhcp4: true } },
      },
    },
    networkConfig,
  ],
  [
    'network-config',
    {
      version: 1,
      config: [
        { type: 'physical', name: 'eth0', subnets: [{ type: 'static', address: '192.0.2.10/24', routes: [routeV1] }] },
        { type: 'bond', name: 'bond0', bond_interfaces: ['eth1'], params: {}, subnets: [{ type: 'dhcp' }] },
        { type: 'vlan', name: 'v', vlan_link: 'bond0', vlan_id: 7 },
        { type: 'nameserver', address: '192.0.2.53' },
      ],
    },
    networkConfig,
  ],
];

// Words of the formats, beside words of nobody.
const words =
  'name passwd hashed_passwd shell groups type password enabled pools expire fqdn hostname timezone via to metric on-link ' +
  'dhcp6 mtu gateway4 gateway netmask destination address subnets routes params vlan_id vlan_link bond_interfaces mac_address ' +
  'primary mode set-name search driver bond-mode bond_mode dns_nameservers local-hostname dsmode network vlans bonds';

describe('any key that is added to an accepted document is named with its path, or makes a difference', () => {
  test.each(accepted)('%s: %j', (_, document, parse) => {
    const bare = parse(document);
    expect({ mistakes: bare.mistakes, warnings: bare.warnings }).toEqual({ mistakes: [], warnings: [] });
    const name = fc.oneof(fc.stringMatching(/^[a-z][a-z_-]{0,8}$/), fc.constantFrom(...words.split(' ')));
    const value = fc.constantFrom<unknown>('word', 7, { word: 1 }, ['192.0.2.77'], mac);
    const places = objectsOf(document, []);
    fc.assert(
      fc.property(fc.constantFrom(...places), name, value, (place, added, content) => {
        fc.pre(!Object.hasOwn(at(document, place) as Json, added));
        const { config, mistakes, warnings } = parse(withKey(document, place, added, content) as Json);
        const isNamed = [...mistakes.map(({ path }) => path), ...warnings].some((text) => text.includes(added));
        expect(isNamed || JSON.stringify(config) !== JSON.stringify(bare.config) || mistakes.length > 0).toBe(true);
      }),
      { numRuns: 400 },
    );
  });
});

type Place = readonly (string | number)[];

function objectsOf(value: unknown, place: Place): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Array.isArray(value)
    ? value.flatMap((each, index) => objectsOf(each, [...place, index]))
    : Object.entries(value).flatMap(([name, each]) => objectsOf(each, [...place, name]));
  return Array.isArray(value) ? inside : [place, ...inside];
}

function at(value: unknown, place: Place): unknown {
  return place.reduce((inner, step) => (inner as Record<string | number, unknown>)[step], value);
}

function withKey(document: Json, place: Place, name: string, content: unknown): unknown {
  const copy = structuredClone(document);
  Object.defineProperty(at(copy, place), name, { value: content, enumerable: true });
  return copy;
}
