import { mkdir, rm, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type CloseLayer, closeLayerKind } from '../../../../src/agent/stack/close-layer.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { fakeMachine } from '../facts/fake-machine.ts';

const uuid = 'CRYPT-LUKS2-0123456789abcdef0123456789abcdef-secret';
const action: CloseLayer = {
  kind: 'close-layer',
  layer: 'luks',
  name: 'dm-0',
  mapperName: 'secret',
  mapperUuid: uuid,
  isForced: true,
};

/** A container on sdb; device-mapper lets go of it when it is asked to. */
async function container() {
  const machine = await fakeMachine({
    '/sys/class/block/dm-0/dm/uuid': `${uuid}\n`,
    '/sys/class/block/dm-0/slaves/sdb': '->../../sdb',
    '/sys/class/block/sdb/size': '2048\n',
  });
  const ran: string[] = [];
  const remove = async (path: string) => rm(await machine.files.hostPath(path), { recursive: true });
  const run = async (tool: string, args: readonly string[]) => {
    ran.push([tool, ...args].join(' '));
    await remove('/sys/class/block/dm-0');
    return { exitCode: 0, stdout: '', stderr: '' };
  };
  const system = { ...machine, processes: { ...machine.processes, run } } as System;
  const open = async (name: string) => {
    const folder = await machine.files.hostPath(`/sys/class/block/dm-0/holders/${name}`);
    await mkdir(folder, { recursive: true });
  };
  return { system, ran, open, pull: () => remove('/sys/class/block/sdb') };
}

test('a layer on which another was opened meanwhile is not closed', async () => {
  const { system, ran, open } = await container();
  await open('dm-1');
  const asked = { ...action, isForced: false };
  await expect(closeLayerKind.apply(asked, system)).rejects.toMatchObject({
    code: 'layer.in-use',
    message: 'cannot close it: dm-1 was opened on it meanwhile',
  });
  expect(ran).toEqual([]);
});

test('a layer whose disk is gone is closed by force', async () => {
  const { system, ran, pull } = await container();
  await pull();
  await closeLayerKind.apply(action, system);
  expect(ran).toEqual(['dmsetup remove --force -- secret']);
});

test('a layer whose disk is there is not: force would make it fail', async () => {
  const { system, ran } = await container();
  await expect(closeLayerKind.apply(action, system)).rejects.toMatchObject({ code: 'layer.not-broken' });
  expect(ran).toEqual([]);
});

test('a mapping that has the kernel name by now is not the one that is meant', async () => {
  const { system, ran, pull } = await container();
  await pull();
  await closeLayerKind.apply({ ...action, mapperUuid: `${uuid}-of-before` }, system);
  expect(ran).toEqual([]);
});

/** An array whose disk is gone. The kernel makes it again, empty, as often as told: udev looks at its node after a stop. */
async function array(comesAgain: number) {
  const machine = await fakeMachine({ '/sys/class/block/md0/md/array_state': 'active\n' });
  const ran: string[] = [];
  const state = await machine.files.hostPath('/sys/class/block/md0/md/array_state');
  const run = async (tool: string, args: readonly string[]) => {
    ran.push([tool, ...args].join(' '));
    const stops = ran.filter((each) => each.startsWith('mdadm')).length;
    if (tool === 'mdadm' && stops > comesAgain) await rm(state, { force: true });
    else if (tool === 'mdadm') await writeFile(state, 'clear\n');
    return { exitCode: 0, stdout: '', stderr: '' };
  };
  const system = { ...machine, processes: { ...machine.processes, run } } as System;
  const close: CloseLayer = { ...action, layer: 'md', name: 'md0', mapperName: null, mapperUuid: null };
  await closeLayerKind.apply(close, system);
  return ran.map((each) => each.split(' ').slice(0, 2).join(' '));
}

test.each([
  ['none', 0, ['mdadm --stop', 'udevadm settle']],
  ['one', 1, ['mdadm --stop', 'udevadm settle', 'mdadm --stop', 'udevadm settle']],
])('an array that the kernel makes again without a member is removed: %s', async (_, comesAgain, expected) => {
  expect(await array(comesAgain)).toEqual(expected);
});

test('one that comes again and again is given up', async () => {
  expect((await array(9)).filter((each) => each === 'mdadm --stop')).toHaveLength(4);
});
