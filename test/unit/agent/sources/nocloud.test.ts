import { describe, expect, test } from 'vitest';
import { nocloudReader } from '../../../../src/agent/sources/nocloud.ts';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me';
const other = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB8eHRwbGhkYFxYVFBMSERAPDg0MCwoJCAcGBQQDAgEA you';
const hash = '$6$laboratory$KZZ1VXNiry9NvEALOo0aNo5GFN8fC7mrADyzeVVlciJksZlT2AEBVdN9jmwCmX8JqsSawc4XPnai149FhvfTP1';
const mac = '52:54:00:00:00:01';

type File = 'meta-data' | 'network-config' | 'user-data' | 'vendor-data';

function drive(files: Partial<Record<File, string>>) {
  return nocloudReader.parse(new Map(Object.entries(files)));
}

function cloudConfig(...lines: string[]) {
  return drive({ 'user-data': ['#cloud-config', ...lines, ''].join('\n') });
}

function networkConfig(config: unknown) {
  return drive({ 'network-config': JSON.stringify(config) });
}

describe('meta-data', () => {
  test('gives the host name, without its domain, and the keys of root', () => {
    const text = `instance-id: i-1\nlocal-hostname: web1.example.com\npublic-keys:\n  - ${key}\n`;
    const { config, mistakes, warnings } = drive({ 'meta-data': text });
    expect({ mistakes, warnings }).toEqual({ mistakes: [], warnings: [] });
    expect(config.hostname).toBe('web1');
    expect(config.root.sshKeys).toEqual([key]);
  });

  test.each([
    ['one text', key],
    ['a list', [key]],
    ['a list by name', { mine: [key] }],
    ["EC2's form", { '0': { 'openssh-key': key } }],
  ])('takes public-keys as %s', (_, keys) => {
    expect(drive({ 'meta-data': JSON.stringify({ 'public-keys': keys }) }).config.root.sshKeys).toEqual([key]);
  });

  test('a host name that cannot be one costs only the host name', () => {
    const { config, mistakes } = drive({
      'meta-data': JSON.stringify({ 'local-hostname': '-o', 'public-keys': [key] }),
    });
    expect(config.hostname).toBeNull();
    expect(config.root.sshKeys).toEqual([key]);
    expect(mistakes).toMatchObject([{ path: 'meta-data: local-hostname', part: 'local-hostname' }]);
  });

  test('a key that cannot be used is left out beside a good one, and named', () => {
    const { config, mistakes, warnings } = drive({
      'meta-data': JSON.stringify({ 'public-keys': ['ssh-dss AAAA', key] }),
    });
    expect(config.root.sshKeys).toEqual([key]);
    expect(mistakes).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/^meta-data: public-keys: key 1 is left out/)]);
  });

  test('describes the network by interfaces(5) only where there is no network-config', () => {
    const metadata = JSON.stringify({
      'network-interfaces': 'auto eth0\niface eth0 inet static\naddress 192.0.2.10/24\n',
    });
    const v2 = JSON.stringify({ version: 2, ethernets: { eth0: { addresses: ['198.51.100.7/24'] } } });
    const addressOf = (files: Partial<Record<File, string>>) => drive(files).config.network.networks[0]?.address;
    expect(addressOf({ 'meta-data': metadata })).toBe('192.0.2.10');
    expect(addressOf({ 'meta-data': metadata, 'network-config': v2 })).toBe('198.51.100.7');
  });

  test('names a key that is not read', () => {
    expect(drive({ 'meta-data': 'instance-id: i-1\nplacement: here\n' }).warnings).toEqual([
      'meta-data: placement: is not known here and was left out',
    ]);
  });
});

describe('user-data that is a #cloud-config', () => {
  test('gives host name, time zone, locale and time servers', () => {
    const { config, mistakes, warnings } = cloudConfig(
      'hostname: web1',
      'timezone: Europe/Paris',
      'locale: en_US.UTF-8',
      'ntp: {servers: [192.0.2.123], pools: [pool.example.com]}',
    );
    expect({ mistakes, warnings }).toEqual({ mistakes: [], warnings: [] });
    expect(config).toMatchObject({
      hostname: 'web1',
      timezone: 'Europe/Paris',
      locale: 'en_US.UTF-8',
      timeServers: ['192.0.2.123', 'pool.example.com'],
    });
  });

  test.each([
    [['hostname: a', 'fqdn: b.example.com'], 'a'],
    [['fqdn: b.example.com'], 'b'],
    [[], 'c'],
  ])('its host name comes before that of meta-data: %j is %s', (lines, hostname) => {
    const userData = ['#cloud-config', 'timezone: UTC', ...lines].join('\n');
    expect(drive({ 'user-data': userData, 'meta-data': 'local-hostname: c\n' }).config.hostname).toBe(hostname);
  });

  test('password and keys at the top are those of root, beside the keys of meta-data', () => {
    const userData = `#cloud-config\npassword: ${hash}\nssh_authorized_keys:\n  - ${key}\n`;
    const { config } = drive({ 'user-data': userData, 'meta-data': JSON.stringify({ 'public-keys': other }) });
    expect(config.users).toEqual([]);
    expect(config.root.passwordHash?.reveal()).toBe(hash);
    expect(config.root.sshKeys).toEqual([key, other]);
  });

  test('and those of `user` where it names one, who is an administrator', () => {
    const { config } = cloudConfig('user: me', `ssh_authorized_keys: ["${key}"]`);
    expect(config.root.sshKeys).toEqual([]);
    expect(config.users).toEqual([{ name: 'me', isAdministrator: true, passwordHash: null, sshKeys: [key] }]);
  });

  test.each([
    [{ sudo: undefined }, true],
    [{ sudo: false }, false],
    [{ sudo: false, groups: 'sudo' }, true],
    [{ sudo: ['ALL=(ALL) ALL'] }, true],
  ])('`user` may be an object, with all that a user has: %j', (rights, isAdministrator) => {
    const user = { name: 'me', hashed_passwd: hash, ssh_authorized_keys: [key], ...rights };
    const { config, mistakes, warnings } = cloudConfig(JSON.stringify({ user, ssh_authorized_keys: [other] }));
    expect({ mistakes, warnings }).toEqual({ mistakes: [], warnings: [] });
    expect(config.users).toMatchObject([{ name: 'me', isAdministrator, sshKeys: [key, other] }]);
    expect(config.users[0]?.passwordHash?.reveal()).toBe(hash);
  });

  test('an object `user` without a name is about root', () => {
    const { config } = cloudConfig(JSON.stringify({ user: { passwd: hash, ssh_authorized_keys: [key] } }));
    expect(config.users).toEqual([]);
    expect(config.root).toMatchObject({ sshKeys: [key] });
    expect(config.root.passwordHash?.reveal()).toBe(hash);
  });

  test.each([
    ['true', ['192.0.2.123']],
    ['yes', ['192.0.2.123']],
    ['false', []],
    ['no', []],
  ])('ntp.enabled: %s', (enabled, timeServers) => {
    const { config, warnings } = cloudConfig(`ntp: {enabled: ${enabled}, servers: [192.0.2.123]}`);
    expect({ servers: config.timeServers, warnings }).toEqual({ servers: timeServers, warnings: [] });
  });

  test('creates its users, with keys and password', () => {
    const { config, mistakes } = cloudConfig(
      'users:',
      '  - default',
      '  - guest',
      `  - {name: me, passwd: "${hash}", ssh_authorized_keys: ["${key}"]}`,
    );
    expect(mistakes).toEqual([]);
    expect(config.users).toEqual([
      { name: 'guest', isAdministrator: false, passwordHash: null, sshKeys: [] },
      { name: 'me', isAdministrator: false, passwordHash: expect.anything(), sshKeys: [key] },
    ]);
    expect(config.users[1]?.passwordHash?.reveal()).toBe(hash);
  });

  test.each([
    ['sudo: "ALL=(ALL) NOPASSWD:ALL"', true],
    ['sudo: ["ALL=(ALL) ALL"]', true],
    ['sudo: "ALL = (ALL:ALL) NOPASSWD: ALL"', true],
    ['sudo: "ALL=(ALL) NOPASSWD:/usr/bin/id"', false],
    ['sudo: ["ALL=(postgres) ALL", "ALL=(ALL) ALL, !/bin/su"]', false],
    ['groups: "users, sudo"', true],
    ['groups: [wheel]', true],
    ['groups: users', false],
    ['sudo: false', false],
    ['sudo: no', false],
    ['sudo: ""', false],
    ['sudo: []', false],
    ['sudo: null', false],
  ])('whether a user is an administrator: %s', (line, isAdministrator) => {
    expect(cloudConfig(`users: [{name: me, ${line}}]`).config.users).toMatchObject([{ name: 'me', isAdministrator }]);
  });

  test('names a rule of sudo that gives fewer rights than an administrator has', () => {
    expect(cloudConfig('users: [{name: me, sudo: "ALL=(ALL) /usr/bin/id"}]').warnings).toEqual([
      'user-data: users[0].sudo: a rule that does not allow everything was left out',
    ]);
    expect(cloudConfig('users: [{name: me, sudo: "ALL=(ALL) ALL"}]').warnings).toEqual([]);
  });

  test('a password that lock_passwd locks is not set, which is told', () => {
    const { config, warnings } = cloudConfig(`users: [{name: me, passwd: "${hash}", lock_passwd: true}]`);
    expect(config.users).toMatchObject([{ name: 'me', passwordHash: null }]);
    expect(warnings).toEqual(['user-data: users[0].lock_passwd: is true, so that passwd was left out']);
  });

  test('a lock_passwd that cannot be read costs the password', () => {
    const { config, mistakes } = cloudConfig(`users: [{name: me, passwd: "${hash}", lock_passwd: perhaps}]`);
    expect(config.users).toMatchObject([{ name: 'me', passwordHash: null }]);
    expect(mistakes).toMatchObject([{ path: 'user-data: users[0].lock_passwd' }]);
  });

  test('names the groups of a user that nobody is put into', () => {
    expect(cloudConfig('users: [{name: me, groups: [docker, sudo]}]').warnings).toEqual([
      'user-data: users[0].groups: docker: is not known here and was left out',
    ]);
  });

  test('chpasswd sets the password of a user that it names, and of root', () => {
    const { config, mistakes } = cloudConfig(
      'user: me',
      'chpasswd:',
      `  users: [{name: me, password: "${hash}"}, {name: root, password: "${hash}"}]`,
    );
    expect(mistakes).toEqual([]);
    expect(config.users[0]?.passwordHash?.reveal()).toBe(hash);
    expect(config.root.passwordHash?.reveal()).toBe(hash);
  });

  test('chpasswd of somebody whom nothing else names is a mistake', () => {
    const { config, mistakes } = cloudConfig(`chpasswd: {users: [{name: you, password: "${hash}"}]}`);
    expect(config.users).toEqual([]);
    expect(mistakes).toMatchObject([{ path: 'user-data: chpasswd.users[0].name', part: 'chpasswd' }]);
  });

  test('a password in clear text is a mistake that does not repeat it', () => {
    const { config, mistakes } = cloudConfig('user: me', 'chpasswd: {users: [{name: me, password: s3cr3t}]}');
    expect(config.users).toMatchObject([{ name: 'me', passwordHash: null }]);
    expect(mistakes).toMatchObject([{ path: 'user-data: chpasswd.users[0].password' }]);
    expect(JSON.stringify(mistakes)).not.toContain('s3cr3t');
  });

  test('runcmd is run after boot: a text as it is, a list as words', () => {
    const { config } = cloudConfig('runcmd:', '  - echo a > /run/a', '  - [echo, "it\'s", 1]');
    expect(config.postBoot).toEqual({ run: "echo a > /run/a\n'echo' 'it'\\''s' '1'", scriptArguments: null });
  });

  test('a command that cannot be one costs all commands, and nothing else', () => {
    const { config, mistakes } = cloudConfig('hostname: web1', 'runcmd: [echo a, {b: c}]');
    expect(config.postBoot).toBeNull();
    expect(config.hostname).toBe('web1');
    expect(mistakes).toMatchObject([{ path: 'user-data: runcmd[1]', part: 'runcmd' }]);
  });

  test('names every key that is not read', () => {
    expect(cloudConfig('packages: [vim]', 'users: [{name: me, shell: /bin/sh}]').warnings).toEqual([
      'user-data: packages: is not known here and was left out',
      'user-data: users[0].shell: is not known here and was left out',
    ]);
  });

  test('a mistake in one user costs neither the others nor the rest', () => {
    const { config, mistakes } = cloudConfig('hostname: web1', 'users: [{name: -o}, {name: me}]');
    expect(config.users.map(({ name }) => name)).toEqual(['me']);
    expect(config.hostname).toBe('web1');
    expect(mistakes).toMatchObject([{ path: 'user-data: users[0].name', part: 'users' }]);
  });
});

describe('other user-data', () => {
  test('a script is run after boot, and is not a configuration', () => {
    const script = '#!/bin/sh\nhostname: web1\n';
    const { config, script: found, mistakes } = drive({ 'user-data': script });
    expect({ found, mistakes, hostname: config.hostname }).toEqual({ found: script, mistakes: [], hostname: null });
  });

  test('what is neither is a mistake', () => {
    const { script, mistakes } = drive({ 'user-data': 'Content-Type: multipart/mixed\n' });
    expect(script).toBeNull();
    expect(mistakes).toEqual([
      { path: 'user-data', part: null, problem: 'is neither #cloud-config nor a script (#!)' },
    ]);
  });

  test('vendor-data is named as not read, unless it says nothing', () => {
    expect(drive({ 'vendor-data': '#cloud-config\npackages: [vim]\n' }).warnings).toEqual([
      'vendor-data: is not read and was left out',
    ]);
    expect(drive({ 'vendor-data': '{}\n' }).warnings).toEqual([]);
  });
});

describe('network-config', () => {
  test.each([
    ['at the top', { version: 2, ethernets: { eth0: { dhcp4: true } } }],
    ['below `network`', { network: { version: 2, ethernets: { eth0: { dhcp4: true } } } }],
  ])('is read %s', (_, config) => {
    expect(networkConfig(config).config.network.links).toMatchObject([{ id: 'eth0' }]);
  });

  test('of another version is a mistake', () => {
    const { config, mistakes } = networkConfig({ network: { version: 3 } });
    expect(config.network.links).toEqual([]);
    expect(mistakes).toMatchObject([{ path: 'network-config: network.version', problem: 'must be 1 or 2' }]);
  });

  test('that is disabled describes nothing, which is not a mistake', () => {
    expect(networkConfig({ network: { config: 'disabled' } }).mistakes).toEqual([]);
  });

  test.each([
    ['eth1', { by: 'number', number: 1 }],
    ['ens3', { by: 'name', name: 'ens3' }],
  ])('finds the NIC %s', (id, match) => {
    expect(networkConfig({ version: 2, ethernets: { [id]: {} } }).config.network.links).toMatchObject([{ match }]);
    const v1 = { version: 1, config: [{ type: 'physical', name: id }] };
    expect(networkConfig(v1).config.network.links).toMatchObject([{ match }]);
  });

  test('finds a NIC by its MAC address, whatever it is called', () => {
    const match = { by: 'mac-address', macAddress: '52:54:00:00:00:0a' };
    const v2 = { version: 2, ethernets: { eth0: { match: { macaddress: '52:54:00:00:00:0A' } } } };
    expect(networkConfig(v2).config.network.links).toMatchObject([{ match }]);
    const v1 = { version: 1, config: [{ type: 'physical', name: 'eth0', mac_address: '52:54:00:00:00:0A' }] };
    expect(networkConfig(v1).config.network.links).toMatchObject([{ match }]);
  });

  test.each(['yes', 'on', 'Yes', 'true'])('version 2 takes %s for true, as netplan does', (word) => {
    const text = `version: 2\nethernets:\n  eth0:\n    dhcp4: ${word}\n    dhcp6: no\n`;
    const { config, mistakes } = drive({ 'network-config': text });
    expect(mistakes).toEqual([]);
    expect(config.network.networks).toMatchObject([{ network: { method: 'dhcp', family: 'ipv4' } }]);
  });

  test.each([0, '0', 'jumbo'])('an MTU that cannot be one costs only the MTU: %j', (mtu) => {
    const v2 = networkConfig({ version: 2, ethernets: { eth0: { mtu, dhcp4: true } } });
    const v1 = networkConfig({
      version: 1,
      config: [{ type: 'physical', name: 'eth0', mtu, subnets: [{ type: 'dhcp' }] }],
    });
    for (const { config, mistakes } of [v2, v1]) {
      expect(mistakes).toEqual([]);
      expect(config.network.links).toMatchObject([{ id: 'eth0', mtu: null }]);
      expect(config.network.networks).toHaveLength(1);
    }
  });

  test('an address that cannot be one costs its own NIC', () => {
    const bad = networkConfig({
      version: 2,
      ethernets: { eth0: { addresses: ['192.0.2.10'] }, eth1: { addresses: ['198.51.100.7/24'] } },
    });
    expect(bad.config.network.links.map(({ id }) => id)).toEqual(['eth1']);
    expect(bad.mistakes).toMatchObject([{ path: 'network-config: ethernets.eth0.addresses[0]' }]);
    const v1 = networkConfig({
      version: 1,
      config: [
        { type: 'physical', name: 'eth0', subnets: [{ type: 'static', address: '192.0.2.10' }] },
        { type: 'physical', name: 'eth1', subnets: [{ type: 'dhcp' }] },
      ],
    });
    expect(v1.config.network.links.map(({ id }) => id)).toEqual(['eth1']);
    expect(v1.mistakes).toMatchObject([{ path: 'network-config: config[0].subnets[0]' }]);
  });

  test('a route of a family that its link has no network of is left out and named', () => {
    const via = '2001:db8::1';
    const v2 = networkConfig({ version: 2, ethernets: { eth0: { dhcp4: true, routes: [{ to: '::/0', via }] } } });
    const subnets = [{ type: 'dhcp', routes: [{ destination: '::/0', gateway: via }] }];
    const v1 = networkConfig({ version: 1, config: [{ type: 'physical', name: 'eth0', subnets }] });
    const told = 'the route to ::/0 was left out: the link has no network of its family';
    expect(v2.warnings).toEqual([`network-config: ethernets.eth0: ${told}`]);
    expect(v1.warnings).toEqual([`network-config: config[0]: ${told}`]);
  });

  test.each([
    [{ type: 'bridge', name: 'br0' }, 'config[0].type'],
    [{ type: 'physical' }, 'config[0].name'],
    [{ type: 'vlan', name: 'v', vlan_id: 7 }, 'config[0]'],
    [{ type: 'physical', name: 'eth0', mac_address: 'x' }, 'config[0].mac_address'],
    [{ type: 'physical', name: 'eth0', subnets: [{ type: 'loopback' }] }, 'config[0].subnets[0]'],
  ])('version 1: %j is a mistake with its place', (item, path) => {
    const { config, mistakes } = networkConfig({ version: 1, config: [item, { type: 'physical', name: 'eth1' }] });
    expect(mistakes).toMatchObject([{ path: `network-config: ${path}` }]);
    expect(config.network.links.map(({ id }) => id)).toEqual(['eth1']);
  });

  test('version 1: of two links with one name neither is taken', () => {
    const nic = { type: 'physical', name: 'eth0', subnets: [{ type: 'dhcp' }] };
    const { config, mistakes } = networkConfig({
      version: 1,
      config: [{ ...nic, mac_address: mac }, nic, { ...nic, name: 'eth1' }],
    });
    expect(config.network.links.map(({ id }) => id)).toEqual(['eth1']);
    expect(config.network.networks.map(({ link }) => link)).toEqual(['eth1']);
    expect(mistakes).toMatchObject([{ path: 'network-config: config[1].name' }]);
  });

  test.each([
    [{ version: 2, bridges: {} }, 'bridges'],
    [{ version: 2, ethernets: { eth0: { optional: true } } }, 'ethernets.eth0.optional'],
    [{ version: 1, config: [{ type: 'physical', name: 'eth0', accept_ra: true }] }, 'config[0].accept_ra'],
    [{ version: 1, config: [{ type: 'nameserver', address: '192.0.2.53', search: ['a'] }] }, 'config[0].search'],
    [
      { version: 1, config: [{ type: 'physical', name: 'eth0', subnets: [{ type: 'dhcp', metric: 9 }] }] },
      'config[0].subnets[0].metric',
    ],
  ])('names a key that is not read: %j', (config, path) => {
    const { mistakes, warnings } = networkConfig(config);
    expect(mistakes).toEqual([]);
    expect(warnings).toEqual([`network-config: ${path}: is not known here and was left out`]);
  });
});

describe('malformed YAML', () => {
  test.each([
    ['meta-data', 'instance-id: i-1\nlocal-hostname: [web1\n'],
    ['user-data', '#cloud-config\npassword: "s3cr3t\n'],
    ['network-config', 'version: 2\nversion: 2\n'],
  ] as const)('is told of %s with line and column, and never with what is there', (file, text) => {
    const { mistakes } = drive({ [file]: text });
    expect(mistakes).toMatchObject([
      { path: file, problem: expect.stringMatching(/^is not YAML: line \d+, column \d+$/) },
    ]);
    expect(JSON.stringify(mistakes)).not.toContain('s3cr3t');
  });

  test('costs its own file', () => {
    const { config, mistakes } = drive({
      'meta-data': 'local-hostname: web1\n',
      'network-config': '{',
      'user-data': '#cloud-config\ntimezone: UTC\n',
    });
    expect(mistakes).toMatchObject([{ path: 'network-config' }]);
    expect(config).toMatchObject({ hostname: 'web1', timezone: 'UTC', network: { links: [] } });
  });

  test('that is a list where an object is wanted is a mistake', () => {
    expect(drive({ 'user-data': '#cloud-config\n- a\n' }).mistakes).toMatchObject([
      { path: 'user-data', problem: 'must be object, not array' },
    ]);
  });
});
