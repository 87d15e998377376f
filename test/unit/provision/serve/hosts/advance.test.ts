import { describe, expect, test } from 'vitest';
import { openClock } from '../../../../../src/core/system/clock.ts';
import { advance, bootsFromDisk, type HostEvent } from '../../../../../src/provision/serve/hosts/advance.ts';
import { attentionOf, byAttention } from '../../../../../src/provision/serve/hosts/attention.ts';
import type { Host, HostProgress } from '../../../../../src/provision/serve/hosts/host.ts';
import { openHostStore } from '../../../../../src/provision/serve/hosts/host-store.ts';
import { openSqlite } from '../../../../../src/provision/serve/memory/sqlite.ts';

const now = '2026-11-28T12:00:00.000Z';
const menu = (boot: string): HostEvent => ({ kind: 'boot-menu', boot });
const run = (kind: 'queued' | 'running', action: 'install' | 'config' = 'install', attempt = 1): HostEvent => ({
  kind,
  action,
  attempt,
});
const ended = (
  state: 'done' | 'failed' | 'timed-out' | 'interrupted',
  action: 'install' | 'config' = 'install',
): HostEvent => ({
  kind: 'ended',
  action,
  state,
  reason: null,
});
const outcome = (state: 'working' | 'done' | 'failed'): HostEvent => ({ kind: 'outcome', state, detail: null });

function after(...events: HostEvent[]): string {
  let progress: HostProgress | undefined;
  for (const event of events) progress = advance(progress, event, now);
  return `${progress?.state}/${progress?.step}`;
}

describe('how far a machine is', () => {
  test.each<[string, HostEvent[]]>([
    ['bare/pxe-request', [{ kind: 'pxe-request' }]],
    ['bare/boot-menu', [{ kind: 'pxe-request' }, menu('preos')]],
    ['preos/loading', [menu('preos'), { kind: 'file', path: 'kernel' }]],
    ['installing/queued', [menu('preos'), run('queued')]],
    ['installing/running', [run('queued'), run('running')]],
    ['installing/waits-for-retry', [run('running'), run('queued', 'install', 2)]],
    ['installing/installed', [run('running'), ended('done')]],
    ['booted/local-boot', [ended('done'), menu('local')]],
    ['booted/agent-working', [ended('done'), outcome('working')]],
    ['done/agent-done', [ended('done'), outcome('done')]],
    ['done/agent-done', [run('running'), outcome('done'), ended('done')]],
    ['done/agent-done', [outcome('done'), menu('local'), { kind: 'pxe-request' }, { kind: 'file', path: 'x' }]],
    ['done/agent-done', [outcome('done'), run('running', 'config'), ended('failed', 'config')]],
    ['failed/agent-failed', [ended('done'), outcome('failed')]],
    ['failed/command-failed', [run('running'), ended('failed')]],
    ['failed/command-timed-out', [run('running'), ended('timed-out')]],
    ['failed/interrupted', [run('running'), ended('interrupted')]],
    ['bare/pxe-request', [ended('failed'), { kind: 'pxe-request' }]],
    ['bare/to-be-installed', [outcome('done'), { kind: 'retry' }]],
  ])('%s', (expected, events) => {
    expect(after(...events)).toBe(expected);
  });

  test('the time of a step is that of its beginning', () => {
    const first = advance(undefined, run('running'), now);
    expect(advance(first, run('running'), '2026-11-28T13:00:00.000Z').since).toBe(now);
    expect(advance(first, ended('done'), '2026-11-28T13:00:00.000Z').since).toBe('2026-11-28T13:00:00.000Z');
  });

  test.each<[boolean, HostEvent[]]>([
    [false, [menu('preos')]],
    [false, [run('running')]],
    [false, [ended('failed')]],
    [true, [ended('done')]],
    [true, [ended('done'), menu('local')]],
    [true, [outcome('done')]],
    [true, [outcome('failed')]],
    [false, [outcome('done'), { kind: 'retry' }]],
  ])('boots from its own disk: %s', (expected, events) => {
    let progress: HostProgress | undefined;
    for (const event of events) progress = advance(progress, event, now);
    expect(progress !== undefined && bootsFromDisk(progress)).toBe(expected);
  });
});

describe('which machine it is', () => {
  const open = () => openHostStore(openSqlite(':memory:'), openClock());
  const [mac, other] = ['52:54:00:00:00:01', '52:54:00:00:00:02'];

  test('is told by its MAC address, wherever its requests come from', async () => {
    const hosts = open();
    const { id } = await hosts.note({ mac, address: 'a' }, menu('preos'));
    expect(await hosts.note({ mac, address: 'b' }, menu('preos'))).toMatchObject({ id, address: 'b' });
    expect((await hosts.find({ address: 'b' }))?.id).toBe(id);
    expect(await hosts.find({ address: 'a' })).toBeUndefined();
  });

  test('a machine that has the address of another takes it over', async () => {
    const hosts = open();
    const first = await hosts.note({ mac, address: 'a' }, menu('preos'));
    const second = await hosts.note({ mac: other, address: 'a' }, menu('preos'));
    expect(await hosts.get(first.id)).toMatchObject({ mac, address: null });
    expect((await hosts.find({ address: 'a' }))?.id).toBe(second.id);
  });

  test('one that was known by its address alone is it once it says who it is', async () => {
    const hosts = open();
    await hosts.note({ address: 'a' }, run('queued'));
    await hosts.note({ mac, address: 'a' }, menu('preos'));
    expect(await hosts.all()).toMatchObject([{ mac, address: 'a' }]);
  });

  test('a UUID that two boards share does not make one machine of two', async () => {
    const hosts = open();
    await hosts.note({ mac, uuid: 'u' }, menu('preos'));
    await hosts.note({ mac: other, uuid: 'u' }, menu('preos'));
    expect((await hosts.all()).map((host) => host.mac)).toEqual([mac, other]);
  });

  test('a key is worth something until the next is made, and the store does not have it', async () => {
    const database = openSqlite(':memory:');
    const hosts = openHostStore(database, openClock());
    const { id } = await hosts.note({ mac }, menu('preos'));
    expect(await hosts.isOutcomeKey(id, '')).toBe(false);
    const [first, second] = [(await hosts.newOutcomeKey(id)).reveal(), (await hosts.newOutcomeKey(id)).reveal()];
    expect(await hosts.isOutcomeKey(id, first)).toBe(false);
    expect(await hosts.isOutcomeKey(id, second)).toBe(true);
    expect(JSON.stringify(await database.rows('SELECT * FROM host'))).not.toContain(second);
  });
});

describe('what a person looks at first', () => {
  const at = (
    id: number,
    state: Host['state'],
    step: Host['step'],
    minutes: number,
    detail: string | null = null,
  ): Host => ({
    ...{
      id,
      state,
      step,
      detail,
      mac: null,
      uuid: null,
      address: null,
      name: `node${id}`,
      firstSeen: now,
      lastSeen: now,
    },
    since: new Date(Date.parse(now) - minutes * 60_000).toISOString(),
  });
  const hosts = [
    at(1, 'done', 'agent-done', 9000),
    at(2, 'installing', 'running', 2),
    at(3, 'installing', 'running', 120),
    at(4, 'failed', 'command-failed', 1),
    at(5, 'bare', 'boot-menu', 9000, 'local'),
    at(6, 'preos', 'loading', 5),
    at(7, 'preos', 'loading', 30),
  ];

  test('is what failed, then what stands still, then what is under way', () => {
    expect(byAttention(hosts, new Date(now)).map(({ id }) => id)).toEqual([4, 3, 7, 2, 6, 5, 1]);
    expect(hosts.map((host) => attentionOf(host, new Date(now)))).toEqual([
      ...['none', 'none', 'stands-still', 'failed', 'none', 'none', 'stands-still'],
    ]);
  });
});
