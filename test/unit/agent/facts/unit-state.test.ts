import { expect, test } from 'vitest';
import { observeUnitState } from '../../../../src/agent/facts/unit-state.ts';
import { AgentError } from '../../../../src/core/error/agent-error.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { observeUnitProperties } from '../../../../src/core/system/unit-properties.ts';
import { fakeMachine } from './fake-machine.ts';

/** systemctl(1), show, as systemd 252 prints it: a block per unit, also for one that does not exist. */
async function withSystemd(root = '/'): Promise<{ system: System; asked: string[][] }> {
  const asked: string[][] = [];
  const run: System['processes']['run'] = async (tool, args) => {
    asked.push([tool, ...args]);
    const units = args.slice(args.indexOf('--') + 1);
    const blocks = units.map((unit) => `Id=${unit}\nActiveState=${unit === 'ssh.service' ? 'active' : 'inactive'}\n`);
    return { exitCode: 0, stdout: blocks.join('\n'), stderr: '' };
  };
  const system = await fakeMachine({});
  return { system: { ...system, root, processes: { ...system.processes, run } }, asked };
}

test('the state of a unit is what systemd says', async () => {
  const { system, asked } = await withSystemd();
  expect(await observeUnitState(system, 'ssh.service')).toBe('active');
  expect(await observeUnitState(system, 'none.service')).toBe('inactive');
  expect(asked[0]).toEqual(['systemctl', 'show', '--property=ActiveState', '--', 'ssh.service']);
});

test('many units are one question, and its answers come in their order', async () => {
  const { system, asked } = await withSystemd();
  const units = ['none.service', 'ssh.service', '-.mount'];
  const answers = await observeUnitProperties(system, units, ['Id', 'ActiveState']);
  expect(answers.map(({ Id }) => Id)).toEqual(units);
  expect(asked).toEqual([['systemctl', 'show', '--property=Id,ActiveState', '--', ...units]]);
});

test('nobody knows where systemd does not answer', async () => {
  const { system } = await withSystemd();
  const run: System['processes']['run'] = async () => {
    throw new AgentError('systemctl failed', { code: 'process.failed', subject: 'ssh.service', remedy: '' });
  };
  expect(await observeUnitState({ ...system, processes: { ...system.processes, run } }, 'ssh.service')).toBeUndefined();
});

test('units of a tree have no state, and nobody is asked', async () => {
  const { system, asked } = await withSystemd('/srv/image');
  expect(await observeUnitState(system, 'ssh.service')).toBeUndefined();
  expect(asked).toEqual([]);
});
