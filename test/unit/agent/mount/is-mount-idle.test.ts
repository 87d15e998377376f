import { expect, test } from 'vitest';
import { isMountIdle } from '../../../../src/agent/mount/is-mount-idle.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { fakeMachine, sysfsDevice, type Tree } from '../facts/fake-machine.ts';

const machine: Tree = {
  '/proc/self/mountinfo': '',
  ...sysfsDevice('/sys/block/sda', { dev: '8:0', size: '2048' }, { 'device/subsystem': '->../../../../../bus/scsi' }),
};
const system = 'E: DEVNAME=/dev/sda\nE: USEC_INITIALIZED=1234567\n';

/** @param exported what udevadm(8) exports of its database: devices of several lines, each ended by an empty one */
async function isIdle(exported: string, properties = '', more: Tree = {}): Promise<boolean> {
  const fake = await fakeMachine({ ...machine, ...more });
  const follow: System['processes']['follow'] = async (_program, _words, onLine) => {
    for (const line of `${exported}\n`.split('\n')) onLine(line);
    return 0;
  };
  const run: System['processes']['run'] = async () => ({ exitCode: 0, stdout: properties, stderr: '' });
  return isMountIdle({ ...fake, processes: { ...fake.processes, run, follow } });
}

test('a machine without a data disk has nothing to mount', async () => {
  expect(await isIdle(system, 'DEVNAME=/dev/sda\n')).toBe(true);
});

test.each([
  ['a data disk is attached', () => isIdle(system, 'DEVNAME=/dev/sda\nGANDI_DATA_DISK=1\n')],
  ['udev has not looked at a disk yet', () => isIdle('E: DEVNAME=/dev/null\nE: USEC_INITIALIZED=1\n')],
  ['udev tells of nothing', () => isIdle('')],
  ['the event of a disk waits', () => isIdle(system, '', { '/run/gandi/spool/17-disk': '' })],
])('it may have: %s', async (_, look) => {
  expect(await look()).toBe(false);
});

test('the event of a NIC does not count', async () => {
  expect(await isIdle(system, '', { '/run/gandi/spool/17-nic': '' })).toBe(true);
});
