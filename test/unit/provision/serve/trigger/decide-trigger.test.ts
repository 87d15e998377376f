import { describe, expect, test } from 'vitest';
import { clientAddress } from '../../../../../src/provision/serve/trigger/client-address.ts';
import { decideTrigger } from '../../../../../src/provision/serve/trigger/decide-trigger.ts';
import { isHostName, openNames } from '../../../../../src/provision/serve/trigger/host-name.ts';

describe('what a path asks for', () => {
  test.each([
    ['/install/', { kind: 'run', action: 'install' }],
    ['/config/x?y', { kind: 'run', action: 'config' }],
    ['/cdist/install/../config/', { kind: 'run', action: 'install' }],
    ['/file/present/../../etc', { kind: 'file', action: 'present' }],
    ['/file/absent/', { kind: 'file', action: 'absent' }],
    ['/install', { kind: 'unknown' }],
    ['/INSTALL/', { kind: 'unknown' }],
    ['/cdist/present/', { kind: 'unknown' }],
    ['/file/install/', { kind: 'unknown' }],
    ['/present/', { kind: 'unknown' }],
    ['/cdist//install/', { kind: 'unknown' }],
    ['x/install/', { kind: 'unknown' }],
  ])('%s', (path, wish) => {
    expect(decideTrigger(path)).toEqual(wish);
  });
});

describe('the address of a client', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:DB8:0::1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('%s is %s', (remote, address) => {
    expect(clientAddress(remote)).toBe(address);
  });
});

describe('the name of a machine', () => {
  const named = (name: string) => openNames(async () => name)('192.0.2.1');

  test.each(['node9.example', 'node_9', '9.example', 'localhost'])('may be %s', async (name) => {
    expect(await named(name)).toBe(name);
  });

  test.each(['-oProxyCommand=x', 'a b', 'a;b', '$(x)', '', '.', 'a..b', '-a.example', 'a/../b', `${'a'.repeat(254)}`])(
    'is none that a command could take for something else: %j',
    async (name) => {
      expect(isHostName(name)).toBe(false);
      expect(await named(name)).toBe('192.0.2.1');
    },
  );

  test('is its address where it has none', async () => {
    expect(await openNames(() => Promise.reject(new Error('ENOTFOUND')))('192.0.2.1')).toBe('192.0.2.1');
  });

  test('is looked up for two at once, as each keeps a thread', async () => {
    let [now, most] = [0, 0];
    const release: (() => void)[] = [];
    const find = openNames(async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise<void>((resolve) => release.push(resolve));
      now -= 1;
      return 'node';
    });
    const all = Promise.all(['a', 'b', 'c', 'd'].map((address) => find(address)));
    for (let left = 4; left > 0; left -= 1) {
      while (release.length === 0) await new Promise((resolve) => setImmediate(resolve));
      release.shift()?.();
    }
    expect(await all).toEqual(['node', 'node', 'node', 'node']);
    expect(most).toBe(2);
  });
});
