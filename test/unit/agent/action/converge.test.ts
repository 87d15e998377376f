import { describe, expect, test } from 'vitest';
import { kinds, type Step } from '../../../../src/agent/actions.ts';
import { applySteps } from '../../../../src/agent/action/apply-steps.ts';
import { converge } from '../../../../src/agent/action/converge.ts';
import { loop } from '../../../../src/agent/action/loop.ts';
import { exitCodeOf } from '../../../../src/agent/stage/exit-code-of.ts';
import { AgentError } from '../../../../src/core/error/agent-error.ts';
import type { System } from '../../../../src/core/system/system.ts';
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

describe('written is not used', () => {
  const unused = new AgentError('nobody reads it', { code: 'test.unused', subject: '/etc/a', remedy: 'read it' });
  const asking = (verify: () => Promise<AgentError | undefined>) => ({
    ...kinds,
    'write-file': { ...kinds['write-file'], verify },
  });
  const loopThatAsks = (system: System, verify: () => Promise<AgentError | undefined>) =>
    loop({
      observe: async () => ({ a: await system.files.read('/etc/a'), b: await system.files.read('/etc/b') }),
      plan: ({ a, b }) => ({
        steps: [
          ...(a === undefined ? [write('a', '/etc/a')] : []),
          ...(b === undefined ? [{ ...write('b', '/etc/b'), needsAllBefore: true }] : []),
        ],
      }),
      kinds: asking(verify),
    });

  test('what nobody uses is a failure of its step, and all that follows is done', async () => {
    const { system, log } = await machineTree({ '/etc/x': '' });
    const answers = [unused, undefined];
    const outcomes = await converge(
      loopThatAsks(system, async () => answers.shift()),
      system,
    );
    expect(outcomes).toMatchObject([
      { step: 'a', changed: ['write /etc/a'], failure: null },
      { step: 'b', changed: ['write /etc/b'], failure: null },
      { step: 'a', changed: [], failure: unused, isUnused: true },
    ]);
    expect(exitCodeOf(outcomes)).toBe(1);
    expect(log.filter((line) => line.startsWith('error: a: /etc/a: nobody reads it'))).toHaveLength(1);
  });

  test('the machine is looked at again, and what is left is done', async () => {
    const { system } = await machineTree({ '/etc/x': '' });
    const second = loop({
      observe: async () => ({ a: await system.files.read('/etc/a'), b: await system.files.read('/etc/b') }),
      plan: ({ a, b }) => ({
        steps: a === undefined ? [write('a', '/etc/a')] : b === undefined ? [write('b', '/etc/b')] : [],
      }),
      kinds: asking(async () => unused),
    });
    const outcomes = await converge(second, system);
    expect(outcomes.flatMap(({ changed }) => changed)).toEqual(['write /etc/a', 'write /etc/b']);
  });

  test('a question that cannot be asked is told, and nothing else', async () => {
    const { system } = await machineTree({ '/etc/x': '', '/etc/b': '' });
    const outcomes = await converge(
      loopThatAsks(system, () => Promise.reject(unused)),
      system,
    );
    expect(outcomes).toMatchObject([{ failure: null }, { failure: unused, isUnused: true }]);
  });

  test('nobody is asked about a step that failed, or where nothing was written', async () => {
    const { system } = await machineTree({ '/etc/x': '', '/etc/a': '', '/etc/b': '' });
    const asked: string[] = [];
    const verify = async () => void asked.push('asked');
    expect(await converge(loopThatAsks(system, verify), system)).toEqual([]);
    await applySteps([write('bad', '/missing/a')], asking(verify), system);
    expect(asked).toEqual([]);
  });
});
