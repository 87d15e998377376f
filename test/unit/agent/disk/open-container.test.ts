import { expect, test } from 'vitest';
import { openContainer, unlockedBy } from '../../../../src/agent/disk/open-container.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { fakeMachine } from '../facts/fake-machine.ts';
import { luksContainer } from '../stack/member-example.ts';

const { key } = luksContainer;
const noKey = { ...key, isThere: false };
const sayings = ['--type', 'luks2', '--batch-mode', '--tries', '1'];
const what = ['--', '/dev/sdb', 'luks-1'];
const byKey = ['open', ...sayings, '--disable-external-tokens', '--key-file', key.path, ...what];
const byToken = (token: number) => ['open', ...sayings, '--token-only', '--token-id', String(token), ...what];

/** @param opening how each attempt ends, in order */
async function opened(
  keys: Pick<typeof luksContainer, 'key' | 'tokens'>,
  opening: readonly number[],
  isReadOnly = false,
) {
  const system = await fakeMachine({});
  const started: string[][] = [];
  const run: System['processes']['run'] = async (_, args) => {
    started.push([...args]);
    return { exitCode: opening[started.length - 1] ?? 0, stdout: '', stderr: 'No usable token is available.\n' };
  };
  const fake = { ...system, processes: { ...system.processes, run } };
  const problem = await openContainer(fake, keys, '/dev/sdb', { mapping: 'luks-1', isReadOnly }).catch(
    (error: unknown) => error,
  );
  return { started, problem };
}

test('a container without a token is opened with its key, which is in no argument', async () => {
  expect(await opened({ key, tokens: [] }, [0])).toEqual({ started: [byKey], problem: undefined });
});

test.each([
  ['its key', { key, tokens: [] }],
  ['a token', { key: noKey, tokens: [2] }],
])('a container that must not change is opened only for reading, with %s', async (_, keys) => {
  const { started } = await opened(keys, [0], true);
  expect(started).toMatchObject([expect.arrayContaining(['--readonly'])]);
});

test('a token is tried before the key, and the key where it does not open', async () => {
  expect((await opened({ key, tokens: [2] }, [0])).started).toEqual([byToken(2)]);
  expect((await opened({ key, tokens: [2, 4] }, [1, 1, 0])).started).toEqual([byToken(2), byToken(4), byKey]);
});

test('a token that does not open is told where there is no key', async () => {
  const { started, problem } = await opened({ key: noKey, tokens: [2] }, [1]);
  expect(started).toEqual([byToken(2)]);
  expect(problem).toMatchObject({ code: 'layer.token-failed', subject: '/dev/sdb' });
});

test('to grow a container its key is taken, or its token where there is none', () => {
  expect(unlockedBy({ key, tokens: [2] })).toContain(key.path);
  expect(unlockedBy({ key: noKey, tokens: [2] })).toContain('--token-only');
});
