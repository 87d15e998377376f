import { expect, test } from 'vitest';
import { adviceOn } from '../../../../src/agent/machine-config/advice.ts';
import { parseGandiConfig } from '../../../../src/agent/machine-config/gandi-schema.ts';

const adviceOnPayload = (payload: object) => adviceOn(parseGandiConfig(JSON.stringify(payload)).config);
const key = `ssh-ed25519 ${Buffer.concat([
  Buffer.from([0, 0, 0, 11]),
  Buffer.from('ssh-ed25519'),
  Buffer.from([0, 0, 0, 32]),
  Buffer.alloc(32),
]).toString('base64')}`;

test('a configuration that lets nobody in says so, and one with a key does not', () => {
  expect(adviceOnPayload({ vm_hostname: 'web' })).toEqual([
    'it brings neither a password nor an ssh key: nobody can log in, unless the image lets somebody in',
  ]);
  expect(adviceOnPayload({ vm_hostname: 'web', vm_conf: { ssh_key: key } })).toEqual([]);
});

test('IPv6 addresses beside advertisements are told of', () => {
  const { config } = parseGandiConfig(JSON.stringify({ vm_hostname: 'web', vm_conf: { ssh_key: key } }));
  const networks = [{ isBesideAdvertisements: true } as (typeof config.network.networks)[number]];
  expect(adviceOn({ ...config, network: { ...config.network, networks } })).toEqual([
    'its IPv6 addresses are set with CONFIG_STATIC_IPV6=1 only; without it they come by router advertisements',
  ]);
});
