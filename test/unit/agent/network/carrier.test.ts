import { expect, test } from 'vitest';
import { nothingDescribed, type NetworkDescription } from '../../../../src/agent/network-config/description.ts';
import { placeNetwork } from '../../../../src/agent/network/place-network.ts';
import { placedNic } from './nic-example.ts';

const nic = placedNic('eth0', 2);
const foreignFile = () => undefined;
const options = { only: null, dhcpFallback: true, staticIpv6: false };
const network = { method: 'dhcp', family: 'ipv4', routes: [], nameservers: [] } as const;
const described: NetworkDescription = {
  links: [{ id: 'tap0', type: 'physical', mtu: null, match: { by: 'mac-address', macAddress: nic.macAddress } }],
  networks: [{ id: 'network0', link: 'tap0', network, address: null, gateway: null, isBesideAdvertisements: false }],
  nameservers: [],
};
const down = { isUp: false, hasCarrier: false };
const dark = { isUp: true, hasCarrier: false };
const lit = { isUp: true, hasCarrier: true };

// Carrier is waited for only where it decides something: whether a NIC that nothing describes gets DHCP.
test.each([
  ['one that is described is configured and not waited for', described, down, ['eth0'], []],
  ['one that is not and is down is brought up to see', nothingDescribed, down, [], ['eth0']],
  ['one that is not and has carrier gets DHCP', nothingDescribed, lit, ['eth0'], []],
  [
    'one that is up without carrier is neither waited for a second time nor asked for DHCP',
    nothingDescribed,
    dark,
    [],
    [],
  ],
] as const)('%s', (_, description, state, configured, waitedFor) => {
  const facts = { description, nics: [{ ...nic, ...state }], foreignFile };
  const plan = placeNetwork(facts, options);
  expect(plan.model.links.map(({ name }) => name)).toEqual(configured);
  expect(plan.unknown).toEqual(waitedFor);
});

test('without the fallback nothing is waited for', () => {
  const facts = { description: nothingDescribed, nics: [{ ...nic, ...down }], foreignFile };
  expect(placeNetwork(facts, { ...options, dhcpFallback: false }).unknown).toEqual([]);
});

test('one that is asked for by name is there, and gets DHCP at once', () => {
  const facts = { description: nothingDescribed, nics: [{ ...nic, ...down }], foreignFile };
  const plan = placeNetwork(facts, { ...options, only: 'eth0' });
  expect(plan.model.links.map(({ name }) => name)).toEqual(['eth0']);
  expect(plan.unknown).toEqual([]);
});
