import { expect, test } from 'vitest';
import { dropMemberKind } from '../../../../src/agent/stack/drop-member.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { fakeMachine, type Tree } from '../facts/fake-machine.ts';

const action = { kind: 'drop-member', array: 'md0', member: 'dm-0' } as const;
const member: Tree = { '/sys/class/block/md0/slaves/dm-0': '', '/sys/class/block/dm-0/slaves/sdb': '' };
const disk: Tree = { '/sys/class/block/sdb/size': '2048\n' };

async function drop(tree: Tree) {
  const machine = await fakeMachine(tree);
  const ran: string[] = [];
  const run = async (tool: string, args: readonly string[]) => {
    ran.push([tool, ...args].join(' '));
    return { exitCode: 0, stdout: '', stderr: '' };
  };
  const dropped = dropMemberKind.apply(action, { ...machine, processes: { ...machine.processes, run } } as System);
  return { ran, dropped };
}

test('a member whose disk is gone is taken out', async () => {
  const { ran, dropped } = await drop(member);
  await dropped;
  expect(ran).toEqual(['mdadm --manage /dev/md0 --fail /dev/dm-0 --remove /dev/dm-0']);
});

test('one whose disk is there stays', async () => {
  const { ran, dropped } = await drop({ ...member, ...disk });
  await expect(dropped).rejects.toMatchObject({ code: 'layer.not-broken' });
  expect(ran).toEqual([]);
});

test('one that the array has let go of needs nothing', async () => {
  const { ran, dropped } = await drop({ '/sys/class/block/md0/dev': '9:0\n' });
  await dropped;
  expect(ran).toEqual([]);
});
