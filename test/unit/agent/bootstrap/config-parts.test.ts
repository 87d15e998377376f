import { expect, test } from 'vitest';
import { changedParts, type ConfigPart, configParts, onlyPart } from '../../../../src/agent/bootstrap/config-parts.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { parseGandiConfig } from '../../../../src/agent/machine-config/gandi-schema.ts';
import { publicInterface } from '../machine-config/machine-config-example.ts';

const hash = (salt: string) => `$6$${salt}$${'x'.repeat(86)}`;
const key = (end: string) => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4${end}`;

const conf = {
  user: 'admin',
  password: hash('one'),
  ssh_key: key('f'),
  run: 'true',
  timezone: 'Europe/Paris',
  locale: 'C.UTF-8',
  ntp_servers: ['192.0.2.1'],
};
const payload = {
  vm_hostname: 'web1',
  nameservers: ['192.0.2.53'],
  vif: [publicInterface],
  vm_conf: conf,
  disks: { db: { serial: 'vol-1', path: '/var/lib/db' } },
  outcome: { url: 'http://192.0.2.1/', key: 'abcdefgh' },
};

function configOf(json: object) {
  const { config, mistakes } = parseGandiConfig(JSON.stringify(json));
  expect(mistakes).toEqual([]);
  return config;
}

test.each<[parts: ConfigPart[], but: object]>([
  [[], {}],
  [['hostname'], { vm_hostname: 'web2' }],
  [['network'], { nameservers: ['192.0.2.54'] }],
  [['network'], { vif: [{ ...publicInterface, vif_number: 1 }] }],
  [['user'], { vm_conf: { ...conf, user: 'other' } }],
  [['password'], { vm_conf: { ...conf, password: hash('two') } }],
  [['ssh-keys'], { vm_conf: { ...conf, ssh_key: `${key('f')}\n${key('e')}` } }],
  [['post-boot'], { vm_conf: { ...conf, run: 'false' } }],
  [['timezone'], { vm_conf: { ...conf, timezone: 'UTC' } }],
  [['locale'], { vm_conf: { ...conf, locale: 'de_DE.UTF-8' } }],
  [['time-servers'], { vm_conf: { ...conf, ntp_servers: ['192.0.2.2'] } }],
  [[], { vm_conf: { ...conf, ntp_servers: [] } }],
  [['disks'], { disks: {} }],
  [['outcome'], { outcome: { url: 'http://192.0.2.1/', key: 'hgfedcba' } }],
])('%j are changed by %j', (parts, but) => {
  expect([...changedParts(configOf(payload), configOf({ ...payload, ...but }))]).toEqual(parts);
});

test('what the configuration says nothing of is not changed, and without a record all else is', () => {
  expect([...changedParts(configOf(payload), configOf({}))]).toEqual([]);
  expect([...changedParts(undefined, configOf({}))]).toEqual([]);
  expect([...changedParts(undefined, configOf(payload))]).toEqual(configParts);
});

test('a part is planned with no flag of another part, and none that the admin has switched off', () => {
  const { flags } = parseFlags('CONFIG_HOSTS=0\n');
  const config = configOf(payload);
  const all = new Set(configParts);
  const hostname = onlyPart('hostname', all, config, flags);
  expect(hostname.flags).toMatchObject({ CONFIG_HOSTNAME: true, CONFIG_HOSTS: false, CONFIG_NETWORK: false });
  expect(hostname.config).toMatchObject({ root: { passwordHash: null, sshKeys: [] }, users: [], outcome: null });
});

test('the line in /etc/hosts is of the host name where both change, else of the network', () => {
  const { flags } = parseFlags('');
  const hostsOf = (part: ConfigPart, changed: ConfigPart[]) =>
    onlyPart(part, new Set(changed), configOf(payload), flags).flags.CONFIG_HOSTS;
  expect(hostsOf('hostname', ['hostname', 'network'])).toBe(true);
  expect(hostsOf('network', ['hostname', 'network'])).toBe(false);
  expect(hostsOf('network', ['network'])).toBe(true);
});

test('a new user gets password and keys with the account, and root has its own', () => {
  const { flags } = parseFlags('');
  const of = (part: ConfigPart, changed: ConfigPart[]) =>
    onlyPart(part, new Set(changed), configOf(payload), flags).config;
  expect(of('user', ['user', 'password'])).toMatchObject({ users: [{ name: 'admin' }], root: { passwordHash: null } });
  expect(of('password', ['user', 'password'])).toMatchObject({ users: [] });
  expect(of('password', ['password'])).toMatchObject({ users: [{ name: 'admin' }] });
});
