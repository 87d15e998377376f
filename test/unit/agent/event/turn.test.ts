import { expect, test } from 'vitest';
import type { Step } from '../../../../src/agent/actions.ts';
import { convergeInTurn } from '../../../../src/agent/event/turn.ts';
import { loopOf } from '../action/loop-of.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const write = (name: string, more: Partial<Step> = {}, folder = '/etc'): Step => ({
  name,
  actions: [{ kind: 'write-file', path: `${folder}/${name}`, content: name, mode: 0o644 }],
  ...more,
});

/** A plan of these steps without those whose files are there; what happened is written down in order. */
async function machine(steps: readonly Step[], hadOthers = false) {
  const { system } = await machineTree({ '/etc/x': '' });
  const story: string[] = [];
  const plan = async () => {
    story.push('look');
    const names = await system.files.list('/etc');
    return steps.filter(({ name }) => !names.includes(name));
  };
  const turn = {
    excuse: async () => undefined,
    letOthersFirst: async () => {
      story.push(`others, after ${(await system.files.list('/etc')).filter((name) => name !== 'x').join()}`);
      return hadOthers;
    },
  };
  return { story, outcomes: await convergeInTurn(loopOf(plan), turn, system), files: await system.files.list('/etc') };
}

test('what can wait is done when all others had their turn, by what was seen before', async () => {
  const { story, outcomes } = await machine([write('grow', { canWait: true }), write('mount')]);
  expect(outcomes.map(({ step }) => step)).toEqual(['mount', 'grow']);
  expect(story).toEqual(['look', 'look', 'others, after mount', 'look']);
});

test('where others had theirs, the machine is looked at again', async () => {
  const { story } = await machine([write('grow', { canWait: true }), write('mount')], true);
  expect(story).toEqual(['look', 'look', 'others, after mount', 'look', 'look']);
});

test('where nothing can wait, nobody is asked', async () => {
  const { story } = await machine([write('mount')]);
  expect(story).toEqual(['look', 'look']);
});

test('a failure keeps back what needs all before it, and nothing else', async () => {
  const hook = write('hook', { canWait: true, needsAllBefore: true });
  const { outcomes, files } = await machine([write('mount', {}, '/missing'), hook, write('grow', { canWait: true })]);
  expect(outcomes).toMatchObject([
    { step: 'mount', failure: { code: 'ENOENT' } },
    { step: 'grow', failure: null },
  ]);
  expect(files).toEqual(['grow', 'x']);
});
