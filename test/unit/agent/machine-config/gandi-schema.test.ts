import { describe, expect, test } from 'vitest';
import { AgentError } from '../../../../src/core/error/agent-error.ts';
import { parseGandiConfig } from '../../../../src/agent/machine-config/gandi-schema.ts';
import { inOrderOfId } from '../../../../src/agent/network-config/description.ts';

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

/** Every mistake of the configuration; one that cannot be read at all is refused for it. */
function mistakesIn(value: unknown): string[] {
  try {
    const { mistakes } = parseGandiConfig(typeof value === 'string' ? value : JSON.stringify(value));
    return mistakes.map(({ path, problem }) => `${path}: ${problem}`);
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    expect(error).toMatchObject({ code: 'config.invalid', exitCode: 3 });
    return (error.cause as AggregateError).errors.map((mistake: Error) => mistake.message);
  }
}

const withVif = (...pna: unknown[]) => ({ vif: [{ vif_number: 0, pna }] });

describe('a configuration that is right', () => {
  test('gives the neutral configuration, interfaces in order of their numbers', () => {
    const { config, warnings, mistakes } = parseGandiConfig(JSON.stringify(full));
    expect({ warnings, mistakes }).toEqual({ warnings: [], mistakes: [] });
    expect(config).toMatchObject({
      hostname: 'web1',
      network: { nameservers: ['192.0.2.53', '2001:db8::53'] },
      users: [{ name: 'admin', isAdministrator: true, sshKeys: [key] }],
      root: { sshKeys: [key] },
      postBoot: { run: 'true', scriptArguments: '--role web' },
    });
    expect(config.network.links.map(({ id }) => id)).toEqual(['vif 001', 'vif 000']);
    expect(inOrderOfId(config.network.networks)).toMatchObject([
      {
        link: 'vif 000',
        address: '192.0.2.10',
        gateway: '192.0.2.254',
        network: { method: 'static', prefixLength: 24 },
      },
      { link: 'vif 000', address: '2001:db8::10', isBesideAdvertisements: true, network: { prefixLength: 64 } },
      { link: 'vif 000', address: null, network: { method: 'advertised' } },
      { link: 'vif 001', address: '10.0.0.5', gateway: null, network: { method: 'static', prefixLength: 24 } },
    ]);
    expect(config.root.passwordHash?.reveal()).toBe(hash);
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
    expect(config).toMatchObject({ hostname: null, users: [], root: { passwordHash: null, sshKeys: [] } });
    expect(config.postBoot).toEqual({ run: null, scriptArguments: null });
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
      'new: is not known here and was left out',
      'vif[0].mtu: is not known here and was left out',
    ]);
  });

  test('are told beside mistakes', () => {
    const { warnings, mistakes } = parseGandiConfig(JSON.stringify({ vm_hostname: 'a b', ntp_server: 'x' }));
    expect(mistakes.map(({ path }) => path)).toEqual(['vm_hostname']);
    expect(warnings).toEqual(['ntp_server: is not known here and was left out']);
  });

  test('__proto__ has no effect on any object', () => {
    const text = '{"__proto__":{"vm_hostname":"evil"},"vm_conf":{"__proto__":{"user":"evil"}},"constructor":{"a":1}}';
    const { config, warnings } = parseGandiConfig(text);
    expect(config).toMatchObject({ hostname: null, users: [] });
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
    (user) => expect(mistakesIn({ vm_conf: { user } })[0]).toMatch(/^vm_conf\.user: (?:is|must) /),
  );

  test.each([
    ['an address that cannot be one', withVif({ pna_address: '010.0.0.1', pvn: { pvn_network: '10.0.0.0/8' } })],
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

describe('a mistake costs its own part', () => {
  const withMistake = (changes: object) => {
    const { vm_conf, ...rest } = full;
    const { config, mistakes } = parseGandiConfig(JSON.stringify({ ...rest, vm_conf: { ...vm_conf, ...changes } }));
    expect(mistakes).toHaveLength(1);
    return config;
  };

  test('a wrong password leaves keys, user and network', () => {
    const config = withMistake({ password: 'hunter2' });
    expect(config.root).toEqual({ passwordHash: null, sshKeys: [key] });
    expect(config).toMatchObject({ hostname: 'web1', users: [{ name: 'admin' }] });
    expect(config.network.links).toHaveLength(2);
  });

  test('a wrong user leaves root what the user would have got', () => {
    const config = withMistake({ user: 'a b' });
    expect(config.users).toEqual([]);
    expect(config.root.sshKeys).toEqual([key]);
  });

  test('wrong arguments keep the script and the command from being run', () => {
    expect(withMistake({ script_args: 5 }).postBoot).toBeNull();
    expect(withMistake({ run: 5 }).postBoot).toBeNull();
  });

  test('an interface with a mistake is left out, and the others are there', () => {
    const vif = [{ vif_number: 0, pna: [{ pna_address: 'x' }] }, full.vif[0]];
    const { config, mistakes } = parseGandiConfig(JSON.stringify({ ...full, vif }));
    expect(mistakes).toMatchObject([{ path: 'vif[0].pna[0].pna_address', part: 'vif' }]);
    expect(config.network.links.map(({ id }) => id)).toEqual(['vif 001']);
  });

  test('of two interfaces with one number neither is taken, as nobody can tell which is meant', () => {
    const { config } = parseGandiConfig(JSON.stringify({ vif: [{ vif_number: 0 }, { vif_number: 0 }] }));
    expect(config.network.links).toEqual([]);
  });

  test('a bad key beside a good one is left out and named; it is a mistake where no other is left', () => {
    const both = parseGandiConfig(JSON.stringify({ vm_conf: { ssh_key: `ssh-dss AAAA old\n${key}` } }));
    expect(both.config.root.sshKeys).toEqual([key]);
    expect(both).toMatchObject({ mistakes: [], warnings: [expect.stringContaining('key 1 is left out')] });
    expect(mistakesIn({ vm_conf: { ssh_key: 'ssh-dss AAAA old' } })).toEqual([expect.stringContaining('key 1 ')]);
  });
});

test.each([
  ['clear text', JSON.stringify({ vm_conf: { password: 'hunter2-secret' } })],
  ['broken JSON', '{"vm_conf": {"password": "hunter2-secret" x'],
  ['a password of the wrong type', JSON.stringify({ vm_conf: { password: ['hunter2-secret'] } })],
])('%s is refused without being shown', (_, text) => {
  const mistakes = mistakesIn(text);
  expect(mistakes).toHaveLength(1);
  expect(JSON.stringify(mistakes)).not.toContain('hunter2');
});
