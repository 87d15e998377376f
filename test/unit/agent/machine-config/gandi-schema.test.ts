import { describe, expect, test } from 'vitest';
import { AgentError, describeError } from '../../../../src/core/error/agent-error.ts';
import { parseGandiConfig } from '../../../../src/agent/machine-config/gandi-schema.ts';

const hash = `$6$abcdefgh$${'a'.repeat(86)}`;
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me@example.org';

const full = {
  vm_hostname: 'web1',
  nameservers: ['192.0.2.53', '2001:DB8::53'],
  vif: [
    { vif_number: 1, pna: [{ pna_address: '10.0.0.5', pvn: { pvn_network: '10.0.0.0/24', pvn_gateway: null } }] },
    {
      vif_number: 0,
      pna: [
        { pna_address: '192.0.2.10', pbn: { pbn_network: '192.0.2.0/24', pbn_gateway: '192.0.2.254' } },
        { pna_address: '2001:db8::10', pbn: { pbn_network: '2001:db8::/64', pbn_gateway: 'fe80::1' } },
      ],
    },
  ],
  vm_conf: {
    user: 'admin',
    password: hash,
    ssh_key: `${key}\n\n# old\n${key}\n`,
    run: 'true',
    script_args: '--role web',
  },
};

/** Every mistake that the configuration is refused for. */
function mistakesIn(value: unknown): string[] {
  try {
    parseGandiConfig(typeof value === 'string' ? value : JSON.stringify(value));
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    expect(error).toMatchObject({ code: 'config.invalid', exitCode: 3 });
    return (error.cause as AggregateError).errors.map((mistake: Error) => mistake.message);
  }
  return [];
}

const withVif = (...pna: unknown[]) => ({ vif: [{ vif_number: 0, pna }] });

describe('a configuration that is right', () => {
  test('gives the neutral configuration, interfaces in order of their numbers', () => {
    const { config, warnings } = parseGandiConfig(JSON.stringify(full));
    expect(warnings).toEqual([]);
    expect(config).toMatchObject({
      hostname: 'web1',
      nameservers: ['192.0.2.53', '2001:db8::53'],
      interfaces: [
        {
          number: 0,
          addresses: [
            { family: 'ipv4', address: '192.0.2.10', prefixLength: 24, gateway: '192.0.2.254', scope: 'public' },
            { family: 'ipv6', address: '2001:db8::10', prefixLength: 64, gateway: 'fe80::1', scope: 'public' },
          ],
        },
        {
          number: 1,
          addresses: [{ family: 'ipv4', address: '10.0.0.5', prefixLength: 24, gateway: null, scope: 'private' }],
        },
      ],
      user: { name: 'admin' },
      sshKeys: [key],
      run: 'true',
      scriptArguments: '--role web',
    });
    expect(config.passwordHash?.reveal()).toBe(hash);
  });

  test('keeps the password out of its printed form', () => {
    const { config } = parseGandiConfig(JSON.stringify(full));
    expect(JSON.stringify(config)).not.toContain(hash);
  });

  test.each([
    ['nothing at all', {}],
    ['keys that are null', { vm_hostname: null, nameservers: null, vif: null, vm_conf: null }],
    ['texts that are empty', { vm_hostname: '', vm_conf: { user: '', password: '', ssh_key: '', run: '' } }],
    ['an interface without addresses', { vif: [{ vif_number: 0 }] }],
    ['a network without gateway', withVif({ pna_address: '10.0.0.5', pvn: { pvn_network: '10.0.0.0/24' } })],
    ['IPv6 without network', withVif({ pna_address: '2001:db8::10' })],
  ])('L21: %s is fine', (_, value) => {
    const { config } = parseGandiConfig(JSON.stringify(value));
    expect(config).toMatchObject({ hostname: null, user: null, passwordHash: null, sshKeys: [], run: null });
  });

  test('a gateway outside the network is taken, as hosters do that', () => {
    const pna = { pna_address: '192.0.2.10', pbn: { pbn_network: '192.0.2.10/32', pbn_gateway: '10.255.0.1' } };
    expect(mistakesIn(withVif(pna))).toEqual([]);
  });
});

describe('keys that are not known', () => {
  test('are warnings with their paths', () => {
    const value = { vm_hostname: 'a', new: { deep: [1] }, vif: [{ vif_number: 0, pna: [], mtu: 9000 }] };
    const { config, warnings } = parseGandiConfig(JSON.stringify(value));
    expect(config.hostname).toBe('a');
    expect(warnings).toEqual([
      'vif[0].mtu: is not known here and was left out',
      'new: is not known here and was left out',
    ]);
  });

  test('__proto__ has no effect on any object', () => {
    const text = '{"__proto__":{"vm_hostname":"evil"},"vm_conf":{"__proto__":{"user":"evil"}},"constructor":{"a":1}}';
    const { config, warnings } = parseGandiConfig(text);
    expect(config).toMatchObject({ hostname: null, user: null });
    expect(warnings.map((warning) => warning.split(':')[0])).toEqual(['__proto__', 'vm_conf.__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).vm_hostname).toBeUndefined();
  });
});

describe('mistakes', () => {
  test('are all named at once, each with its path', () => {
    const value = {
      vm_hostname: 'a;reboot',
      nameservers: ['192.0.2.53', 'dns'],
      vif: [{ vif_number: '0', pna: [{ pna_address: '192.0.2.10' }, { pna_address: '300.0.0.1' }] }],
      vm_conf: { user: 'root', password: 'hunter2', run: 5 },
    };
    expect(mistakesIn(value).map((mistake) => mistake.split(': ')[0])).toEqual([
      'vm_hostname',
      'nameservers[1]',
      'vif[0].vif_number',
      'vif[0].pna[0]',
      'vif[0].pna[1].pna_address',
      'vm_conf.user',
      'vm_conf.password',
      'vm_conf.run',
    ]);
  });

  test.each(['a;reboot', 'x'.repeat(300), 'web1\n', '-web', 'web_1', 'web..1', 'web.', '192.0.2.1', ' ', 'wéb'])(
    'host name %j is refused',
    (vm_hostname) => expect(mistakesIn({ vm_hostname })[0]).toMatch(/^vm_hostname: is /),
  );

  test.each(['root', '../x', '-o', 'a b', 'admin\n', 'Admin', 'a:b', 'x'.repeat(33)])(
    'user name %j is refused',
    (user) => expect(mistakesIn({ vm_conf: { user } })[0]).toMatch(/^vm_conf\.user: is /),
  );

  test.each([
    ['an address that is none', withVif({ pna_address: '010.0.0.1', pvn: { pvn_network: '10.0.0.0/8' } })],
    ['a zone', withVif({ pna_address: 'fe80::1%eth0' })],
    ['loopback', withVif({ pna_address: '::1' })],
    ['multicast', withVif({ pna_address: '239.0.0.1', pvn: { pvn_network: '239.0.0.0/8' } })],
    ['a prefix that is too long', withVif({ pna_address: '10.0.0.1', pvn: { pvn_network: '10.0.0.0/33' } })],
    ['an address outside its network', withVif({ pna_address: '10.1.0.1', pvn: { pvn_network: '10.0.0.0/16' } })],
    ['IPv4 without network', withVif({ pna_address: '10.0.0.1' })],
    [
      'a gateway of the other family',
      withVif({ pna_address: '10.0.0.1', pvn: { pvn_network: '10.0.0.0/8', pvn_gateway: 'fe80::1' } }),
    ],
    [
      'two networks',
      withVif({ pna_address: '10.0.0.1', pbn: { pbn_network: '10.0.0.0/8' }, pvn: { pvn_network: '10.0.0.0/8' } }),
    ],
    ['an address that is there twice', withVif({ pna_address: '2001:db8::1' }, { pna_address: '2001:db8:0::1' })],
  ])('%s is refused', (_, value) => expect(mistakesIn(value)[0]).toMatch(/^vif\[0\]\.pna\[[01]\]/));

  test('an interface number that is there twice is refused', () => {
    expect(mistakesIn({ vif: [{ vif_number: 0 }, { vif_number: 0 }] })).toEqual(['vif[1].vif_number: is there twice']);
  });
});

describe('text that is not this JSON', () => {
  test.each([
    ['', 'configuration: is not valid JSON'],
    ['[]', 'configuration: must be object, not array'],
    ['{"a":1,}', 'configuration: is not valid JSON: line 1, column 8'],
    ['['.repeat(100_000), 'configuration: is nested deeper than 32 levels'],
    [`"${'x'.repeat(2 ** 20)}"`, 'configuration: is longer than 1048576 characters'],
  ])('%# is refused', (text, mistake) => expect(mistakesIn(text)).toEqual([mistake]));

  test('brackets inside texts are not nesting', () => {
    expect(mistakesIn({ vm_conf: { run: `echo "${'['.repeat(100)}\\"` } })).toEqual([]);
  });
});

test.each([
  ['clear text', JSON.stringify({ vm_conf: { password: 'hunter2-secret' } })],
  ['broken JSON', '{"vm_conf": {"password": "hunter2-secret" x'],
  ['a password of the wrong type', JSON.stringify({ vm_conf: { password: ['hunter2-secret'] } })],
])('%s is refused without being shown', (_, text) => {
  expect(mistakesIn(text)).toHaveLength(1);
  expect(() => parseGandiConfig(text)).toThrow(
    expect.toSatisfy((error) => !describeError(error).includes('hunter2') && !String(error).includes('hunter2')),
  );
});
