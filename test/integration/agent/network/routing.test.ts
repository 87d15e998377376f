import { expect, test } from 'vitest';
import { applyAction } from '../../../../src/agent/action/kind.ts';
import { kinds } from '../../../../src/agent/actions.ts';
import { observeIpState } from '../../../../src/agent/network/ip-state.ts';
import { networkNamespace } from './namespace.ts';

const routing = {
  kind: 'route-by-source',
  link: 'second',
  table: 86_003,
  sources: [{ address: '198.51.100.10', network: '198.51.100.0/24' }],
  gateway: '198.51.100.254',
} as const;

test('answers leave by the link that they belong to, and all else as before', async (context) => {
  const { system, ip } = networkNamespace(context);
  expect(ip('route', 'get', '203.0.113.9', 'from', '198.51.100.10')).toContain('dev first');
  await applyAction(routing, kinds, system);
  expect(ip('route', 'get', '203.0.113.9', 'from', '198.51.100.10')).toContain('via 198.51.100.254 dev second');
  expect(ip('route', 'get', '203.0.113.9')).toContain('via 192.0.2.254 dev first');
  expect((await observeIpState(system, 'second')).sourcesByTable.get(86_003)).toEqual(['198.51.100.10']);
});

test('a second time changes nothing, and what is forgotten is gone', async (context) => {
  const { system, ip } = networkNamespace(context);
  const before = ip('rule');
  await applyAction(routing, kinds, system);
  const after = ip('rule');
  await applyAction(routing, kinds, system);
  expect(ip('rule')).toBe(after);
  await applyAction({ kind: 'forget-routing', table: 86_003 }, kinds, system);
  expect(ip('rule')).toBe(before);
});

test('a link that is gone takes the routes of its table with it', async (context) => {
  const { system, ip } = networkNamespace(context);
  await applyAction(routing, kinds, system);
  ip('link', 'del', 'second');
  expect(ip('route', 'show', 'table', 'all')).not.toContain('86003');
  await applyAction({ kind: 'forget-routing', table: 86_003 }, kinds, system);
  expect(ip('rule')).not.toContain('86003');
});

test('L2: a default route goes behind the others and stays; that by a tunnel is not touched', async (context) => {
  const { system, ip } = networkNamespace(context);
  ip('link', 'add', 'tunnel', 'type', 'veth', 'peer', 'name', 'tunnel-peer');
  ip('link', 'set', 'tunnel', 'up');
  ip('route', 'add', 'default', 'dev', 'tunnel', 'metric', '5');
  ip('route', 'del', 'default', 'dev', 'first');
  ip('route', 'add', 'default', 'via', '192.0.2.254', 'dev', 'first', 'metric', '100');
  ip('route', 'add', 'default', 'via', '198.51.100.254', 'dev', 'second');
  const demotion = {
    kind: 'demote-default-route',
    link: 'second',
    gateway: '198.51.100.254',
    from: 0,
    to: 101,
  } as const;
  await applyAction(demotion, kinds, system);
  expect((await observeIpState(system, 'second')).defaultRoutes).toEqual([
    { device: 'tunnel', gateway: null, metric: 5 },
    { device: 'first', gateway: '192.0.2.254', metric: 100 },
    { device: 'second', gateway: '198.51.100.254', metric: 101 },
  ]);
});

test('an address that is there is not waited for; one that does not come is a failure only where it is required', async (context) => {
  const { system, ip } = networkNamespace(context);
  await applyAction({ kind: 'wait-for-address', link: 'first', seconds: 5, isRequired: true }, kinds, system);
  ip('address', 'flush', 'dev', 'second');
  await applyAction({ kind: 'wait-for-address', link: 'second', seconds: 0, isRequired: false }, kinds, system);
  const required = { kind: 'wait-for-address', link: 'second', seconds: 0, isRequired: true } as const;
  await expect(applyAction(required, kinds, system)).rejects.toMatchObject({
    code: 'link.no-address',
    subject: 'second',
  });
});
