import { describe, expect, test } from 'vitest';
import { networkFamilies } from '../../../../src/agent/simple-init/families.ts';
import type { LinkNetwork, NetworkLink, NetworkModel } from '../../../../src/agent/network-config/model.ts';
import { networkTools } from '../../../../src/agent/network-config/network-tools.ts';
import { formatPath } from '../../../../src/core/text/json-text.ts';
import { PartReader } from '../../../../src/agent/machine-config/part-reader.ts';
import { placed, placedNic } from './nic-example.ts';
import { renderResolver } from '../../../../src/agent/simple-init/resolver.ts';
import { readNetworkData } from '../../../../src/agent/sources/openstack-network.ts';

const route = { destination: '198.51.100.0', prefixLength: 24, gateway: '192.0.2.254' };
const fixed: LinkNetwork = {
  method: 'static',
  family: 'ipv4',
  address: '192.0.2.10',
  prefixLength: 24,
  routes: [route],
  nameservers: ['192.0.2.53'],
};
const physical: NetworkLink = {
  name: 'eth0',
  macAddress: '52:54:00:00:00:01',
  mtu: 1450,
  kind: { type: 'physical' },
  bond: 'bond0',
  networks: [],
};
const bond: NetworkLink['kind'] = {
  type: 'bond',
  members: ['eth0'],
  mode: '802.3ad',
  miimonMilliseconds: 100,
  transmitHashPolicy: 'layer2',
  lacpRate: 'slow',
};
/** Every field that a renderer can draw. */
const model: NetworkModel = {
  links: [
    physical,
    { ...physical, name: 'bond0', kind: bond, bond: null, networks: [fixed] },
    {
      ...physical,
      name: 'bond0.7',
      kind: { type: 'vlan', vlanId: 7, parent: 'bond0', parentId: 'bond0' },
      bond: null,
      networks: [fixed],
    },
  ],
  nameservers: ['192.0.2.53'],
};

const places = placesOf(model, []);
const endings = ['\n', '\r', '\0', '\u001b[2J', '\u0085', '\u2028', '\u2029'].map((end) => `a${end}post-up id`);
const renderers: [string, (of: NetworkModel) => unknown][] = [
  ...networkTools.map(({ name, render }) => [name, render] as [string, typeof render]),
  ...Object.values(networkFamilies).flatMap(({ name, render }) =>
    [false, true].map((networkManager): [string, (of: NetworkModel) => unknown] => [
      `simple-init's ${name}${networkManager ? ', for NetworkManager' : ''}`,
      (of) => render(of, { networkManager }),
    ]),
  ),
];

describe.each(renderers)('%s', (_, render) => {
  test('draws a model without such a value', () => {
    expect(() => render(model)).not.toThrow();
  });

  test.each(places.map((place) => [place.join('.'), place] as const))(
    'refuses control characters in %s',
    (_at, place) => {
      for (const value of endings) {
        expect(() => render(changed(model, place, value) as NetworkModel), JSON.stringify(value)).toThrow(
          expect.objectContaining({ code: 'network.control-character', exitCode: 3 }),
        );
      }
    },
  );
});

test('the file of name servers refuses them too', () => {
  const facts = { resolved: 'disabled', resolvedConf: undefined, link: 'none' } as const;
  expect(() => renderResolver(['192.0.2.53\nnameserver 203.0.113.1'], facts, 'networkd')).toThrow(
    expect.objectContaining({ code: 'network.control-character' }),
  );
});

const ethernet = { id: 'tap1', type: 'phy', ethernet_mac_address: '52:54:00:00:00:01' };
const described = {
  links: [
    ethernet,
    { id: 'b0', type: 'bond', bond_links: ['tap1'] },
    { id: 'v', type: 'vlan', vlan_link: 'b0', vlan_id: 7 },
  ],
  networks: [{ id: 'n', link: 'v', type: 'ipv4', ip_address: '192.0.2.10', netmask: '255.255.255.0' }],
};

test.each([
  ['links', 0, 'id'],
  ['links', 1, 'id'],
  ['links', 1, 'bond_links', 0],
  ['links', 2, 'vlan_link'],
  ['networks', 0, 'id'],
  ['networks', 0, 'link'],
])('the names that a cloud gives hold no control characters: %s %s %s %s', (...place) => {
  for (const value of endings) {
    const reader = new PartReader();
    readNetworkData(changed(described, place, value), [], reader);
    expect(reader.mistakes.map(({ path }) => path)).toContain(formatPath(place));
  }
});

const nic = { ...placedNic('eth0', 2), macAddress: ethernet.ethernet_mac_address };
const modelOf = (description: unknown) => placed(readNetworkData(description, [], new PartReader()), [nic]).model;

test.each(['b 0', 'a-name-that-is-too-long', '../b', 'b;id', '$(id)', '9f1c5f64-2f0a-4a1e-9a53-9d3d1b3c0f11'])(
  'a bond whose id cannot be the name of a device gets one, and so do its members: %s',
  (id) => {
    const { links } = modelOf({ links: [ethernet, { id, type: 'bond', bond_links: ['tap1'] }] });
    const bonds = new Map(links.map((link) => [link.name, link.bond]));
    expect(bonds).toEqual(
      new Map([
        ['eth0', 'bond0'],
        ['bond0', null],
      ]),
    );
  },
);

test('a NIC does not join a bond that is not on this machine', () => {
  const bond = { id: 'b0', type: 'bond', bond_links: ['elsewhere'] };
  expect(modelOf({ links: [ethernet, bond] }).links).toMatchObject([{ name: 'eth0', bond: null }]);
});

test('a name that an id has taken is not given to another bond', () => {
  const bonds = ['b 0', 'bond0'].map((id) => ({ id, type: 'bond', bond_links: ['tap1'] }));
  const names = modelOf({ links: [ethernet, ...bonds] }).links.map(({ name }) => name);
  expect(names.sort()).toEqual(['bond0', 'bond1', 'eth0']);
});

test('what carries a VLAN is named by its device where its id is not a name of a device', () => {
  const links = [
    { ...ethernet, id: 'tap 1;id' },
    { id: 'v', type: 'vlan', vlan_link: 'tap 1;id', vlan_id: 7 },
  ];
  const kind = modelOf({ links, networks: [{ id: 'n', link: 'v', type: 'ipv4_dhcp' }] }).links.find(
    ({ name }) => name === 'eth0.7',
  )?.kind;
  expect(kind).toMatchObject({ parent: 'eth0', parentId: 'eth0' });
});

type Place = readonly (string | number)[];

/** Where in a value there is a text that is not one of a fixed few words. */
function placesOf(value: unknown, at: Place): Place[] {
  if (typeof value === 'string') return ['type', 'method', 'family'].includes(String(at.at(-1))) ? [] : [at];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => placesOf(each, [...at, key]));
}

function changed(value: unknown, [first, ...others]: Place, text: string): unknown {
  if (first === undefined) return text;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  return Object.assign(copy, { [first]: changed(copy[first], others, text) });
}
