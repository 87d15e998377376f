import { expect, test } from 'vitest';
import { observeDisk } from '../../../../src/agent/disk/observe-disk.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import type { System } from '../../../../src/core/system/system.ts';
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

const clone = { ID_FS_TYPE: 'ext4', ID_FS_USAGE: 'filesystem', ID_FS_LABEL_ENC: 'db', ID_FS_UUID: 'cafe' };

test.each([
  ['by its number', '30 22 8:16 / /mnt/db rw - ext4 /dev/none rw', '/dev/sdb'],
  ['Btrfs, by its source', '30 22 0:40 / /mnt/db rw - btrfs /dev/sdb rw', '/dev/sdb'],
] as const)('a clone of what somebody mounted is known: %s', async (_, line, device) => {
  const mounts = `${tree['/proc/self/mountinfo']}${line}\n`;
  const links = { '/sys/dev/block/8:16': '->../../devices/pci0000:00/host0/block/sdb' };
  const system = asksUdev(await fakeMachine({ ...tree, ...links, '/proc/self/mountinfo': mounts }), {
    [device]: 'ID_FS_UUID=cafe\n',
  });
  const facts = await observeDisk(system, parseFlags('').flags, 'sdc', clone, 'attached');
  expect(facts.mountedOriginal).toEqual({ device, mountPoint: '/mnt/db' });
  const other = await observeDisk(system, parseFlags('').flags, 'sdc', { ...clone, ID_FS_UUID: 'beef' }, 'attached');
  expect(other.mountedOriginal).toBeUndefined();
});

/** A machine whose udevadm(8) knows these properties of devices. */
function asksUdev(system: System, known: Readonly<Record<string, string>>): System {
  const run = async (program: string, args: readonly string[] = []) => {
    expect(program).toBe('udevadm');
    const path = args.find((arg) => arg.startsWith('--name='))?.slice('--name='.length) ?? '';
    return { stdout: known[path] ?? '', stderr: '', exitCode: 0 };
  };
  return { ...system, processes: { ...system.processes, run } };
}
