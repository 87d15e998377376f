import { expect, test } from 'vitest';
import type { Step } from '../../../../src/agent/actions.ts';
import { converge } from '../../../../src/agent/action/converge.ts';
import { loopOf } from './loop-of.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const write = (name: string, path: string): Step => ({
  name,
  actions: [{ kind: 'write-file', path, content: name, mode: 0o644 }],
});

test('it ends when the plan is empty', async () => {
  const { system } = await machineTree({ '/etc/x': '' });
  const plan = async () => ((await system.files.read('/etc/a')) === undefined ? [write('a', '/etc/a')] : []);
  expect(await converge(loopOf(plan), system)).toEqual([
    { step: 'a', changed: ['write /etc/a'], failure: null, skipped: false },
  ]);
});

test('a step that fails ends alone: the others go on, and what needs all of them does not', async () => {
  const { system } = await machineTree({ '/etc/x': '' });
  const steps: Step[] = [
    write('bad', '/missing/a'),
    write('good', '/etc/b'),
    { ...write('last', '/etc/c'), needsAllBefore: true },
  ];
  const outcomes = await converge(
    loopOf(async () => steps),
    system,
  );
  expect(outcomes).toMatchObject([
    { step: 'bad', failure: { code: 'ENOENT' } },
    { step: 'good', changed: ['write /etc/b'], failure: null },
    { step: 'last', changed: [], failure: null, skipped: true },
  ]);
});

test('an action that fails ends its step', async () => {
  const { system } = await machineTree({ '/etc/x': '' });
  const both = { name: 'both', actions: [...write('both', '/missing/a').actions, ...write('both', '/etc/b').actions] };
  await converge(
    loopOf(async () => [both]),
    system,
  );
  expect(await system.files.read('/etc/b')).toBeUndefined();
});

test('a plan that never gets empty is an error and no endless loop', async () => {
  const { system } = await machineTree({ '/etc/x': '' });
  const outcomes = await converge(
    loopOf(async () => [write('again', '/etc/a')]),
    system,
  );
  expect(outcomes).toHaveLength(6);
  expect(outcomes.at(-1)?.failure).toMatchObject({ code: 'stage.no-end' });
});

test('a failure that is excused is none, and the machine is looked at again', async () => {
  const { system, log } = await machineTree({ '/etc/x': '' });
  const plans = [[write('bad', '/missing/a')], [write('good', '/etc/b')], []];
  const outcomes = await converge(
    loopOf(async () => plans.shift() ?? []),
    system,
    async () => 'it went',
  );
  expect(outcomes).toMatchObject([
    { step: 'bad', failure: null, skipped: true, excuse: 'it went' },
    { step: 'good', changed: ['write /etc/b'], failure: null },
  ]);
  expect(log).toContain('info: bad: it went');
});
