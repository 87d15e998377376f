import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { restartStageKind } from '../../../../src/agent/stage/restart-stage.ts';
import { readFlags } from '../../../../src/agent/flags/read-flags.ts';
import { becomeOwnMachine } from '../../../../src/agent/hotplug/resumed-copy.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const mark = '/etc/gandi/template';
const copy = { [mark]: '', '/run/gandi/boot-ended': '' };

/** A machine on which systemctl restarts the unit of first boot, which takes away the mark. */
async function machine(files: Readonly<Record<string, string>>) {
  const { system } = await machineTree(files);
  const calls: string[] = [];
  const run: System['processes']['run'] = async (tool, args) => {
    calls.push([tool, ...args].join(' '));
    await system.files.remove(mark);
    return { exitCode: 0, stdout: '', stderr: '' };
  };
  return { calls, live: { ...system, root: '/', processes: { ...system.processes, run } } };
}

test('a copy of a running machine is made a machine of its own once, whatever is attached to it at the same time', async () => {
  const { live, calls } = await machine(copy);
  const flags = await readFlags(live);
  const outcomes = await Promise.all([becomeOwnMachine(flags, live), becomeOwnMachine(flags, live)]);
  expect(outcomes.flat().every(({ failure }) => failure === null)).toBe(true);
  expect(calls).toEqual(['systemctl restart gandi-bootstrap.service']);
  expect(await becomeOwnMachine(flags, live)).toEqual([]);
});

test('a stage that is restarted for an event and for a question at the same moment is not cut off', async () => {
  const { system } = await machineTree({});
  const happened: string[] = [];
  const processOf = (name: string): System => {
    const run: System['processes']['run'] = async () => {
      happened.push(`${name} begins`);
      await setImmediate();
      happened.push(`${name} ends`);
      return { exitCode: 0, stdout: '', stderr: '' };
    };
    return { ...system, processes: { ...system.processes, run } };
  };
  const restart = (name: string) =>
    restartStageKind.apply({ kind: 'restart-stage', stage: 'bootstrap' }, processOf(name));
  await Promise.all([restart('one'), restart('other')]);
  const [first] = happened[0]?.split(' ') ?? [];
  const second = first === 'one' ? 'other' : 'one';
  expect(happened).toEqual([`${first} begins`, `${first} ends`, `${second} begins`, `${second} ends`]);
});

test.each([
  ['a machine that is not a copy', { '/run/gandi/boot-ended': '' }],
  ['a copy that boots, which bootstrap looks after', { [mark]: '' }],
  ['CONFIG_MACHINE_ID=0', { ...copy, '/etc/default/gandi': 'CONFIG_MACHINE_ID=0\n' }],
])('%s keeps its identity', async (_, files) => {
  const { live, calls } = await machine(files);
  expect(await becomeOwnMachine(await readFlags(live), live)).toEqual([]);
  expect(calls).toEqual([]);
});
