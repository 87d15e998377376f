import { expect, test } from 'vitest';
import type { System } from '../../../../src/core/system/system.ts';
import { observeDrive } from '../../../../src/agent/bootstrap/observe-drive.ts';
import { planDrive } from '../../../../src/agent/bootstrap/plan-drive.ts';
import type { Flags } from '../../../../src/agent/flags/flag-table.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { observeNicSource } from '../../../../src/agent/hotplug/nic-source.ts';
import { fakeMachine, sysfsDevice } from '../facts/fake-machine.ts';

const bus = { 'device/subsystem': '->../../../../../bus/virtio' };
const stranger = {
  ...sysfsDevice('/sys/block/vdb', { dev: '254:16', size: '2048', ro: '0', removable: '0' }, bus),
  '/dev/disk/by-path/virtio-pci-0000:00:05.0': '->../../vdb',
};
const { flags } = parseFlags('CONFIG_DHCP_FALLBACK=0');

async function planConfigDrive(system: System, asked: Flags) {
  return planDrive(await observeDrive(system, asked), asked);
}

test.each(['config-2', 'CONFIG-2', 'cidata', 'CIDATA'])(
  'a data disk with the label %s is left alone, and the journal says so',
  async (label) => {
    const system = await fakeMachine({ ...stranger, [`/dev/disk/by-label/${label}`]: '->../../vdb' });
    expect(await planConfigDrive(system, flags)).toEqual({
      steps: [],
      notes: [
        '/dev/vdb: not read as a config-drive: it is not a CD-ROM, and any disk can carry this label; to have it read, set CONFIG_DRIVE_DEVICE to /dev/disk/by-path/virtio-pci-0000:00:05.0',
      ],
    });
  },
);

test('nor does it describe a NIC', async () => {
  const system = await fakeMachine({ ...stranger, '/dev/disk/by-label/config-2': '->../../vdb' });
  expect((await observeNicSource(system, flags)).name).toBeNull();
});

test('a flag that names a label is a mistake that is told', async () => {
  const system = await fakeMachine(stranger);
  const flag = parseFlags('CONFIG_DRIVE_DEVICE=/dev/disk/by-label/config-2').flags;
  await expect(planConfigDrive(system, flag)).rejects.toMatchObject({
    code: 'config-drive.not-designated',
    exitCode: 4,
  });
});
