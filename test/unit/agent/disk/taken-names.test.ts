import { expect, test } from 'vitest';
import { observeDisk } from '../../../../src/agent/disk/observe-disk.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { fakeMachine } from '../facts/fake-machine.ts';

const disk = (name: string, majorMinor: string) => ({
  [`/sys/class/block/${name}`]: `->../../devices/pci0000:00/host0/block/${name}`,
  [`/sys/block/${name}`]: `->../devices/pci0000:00/host0/block/${name}`,
  [`/sys/devices/pci0000:00/host0/block/${name}/dev`]: `${majorMinor}\n`,
  [`/sys/devices/pci0000:00/host0/block/${name}/size`]: '2048\n',
});
const tree = {
  ...{ '/proc/self/mountinfo': '22 1 254:1 / / rw - ext4 /dev/vda1 rw\n', '/proc/swaps': 'Filename\n' },
  ...disk('sdb', '8:16'),
  ...disk('sdc', '8:32'),
};

test.each([
  ['the kernel name of another disk', 'sdb', '/srv/sdb_2'],
  ['its own kernel name', 'sdc', '/srv/sdc'],
  ['the kernel name of no disk', 'sdd', '/srv/sdd'],
])('a label that is %s', async (_, label, expected) => {
  const properties = { ID_FS_TYPE: 'ext4', ID_FS_USAGE: 'filesystem', ID_FS_LABEL_ENC: label, ID_FS_UUID: 'cafe' };
  const facts = await observeDisk(await fakeMachine(tree), parseFlags('').flags, 'sdc', properties, 'attached');
  expect(facts.mountPoint.path).toBe(expected);
});
