import { expect, test } from 'vitest';
import { observeDiskOf } from '../../../../src/core/block-device/block-devices.ts';
import { readDiskSequence } from '../../../../src/core/block-device/disk-sequence.ts';
import { fakeMachine, sysfsDevice } from '../../agent/facts/fake-machine.ts';

test.each([
  ['dm-0', 12],
  ['md127', null],
  ['md_home', null],
])('DISKSEQ of %s is %j: that of an array counts up while it is the same', async (name, sequence) => {
  const machine = await fakeMachine({
    ...sysfsDevice(`/sys/block/${name}`, { dev: '9:127', size: '2048', diskseq: '12' }),
    [`/sys/class/block/${name}`]: `->../../block/${name}`,
  });
  const [device] = await observeDiskOf(machine, name);
  expect([device?.diskSequence, await readDiskSequence(machine, `/dev/${name}`)]).toEqual([sequence, sequence]);
});
