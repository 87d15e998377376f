import { expect, test } from 'vitest';
import { readTimeline } from '../../../../src/agent/event/timeline.ts';
import { settleNics } from '../../../../src/agent/hotplug/settle-nics.ts';
import { ownMark } from '../../../../src/agent/network-config/own-files.ts';
import { readNicRecords } from '../../../../src/agent/network/nic-records.ts';
import { fakeMachine, sysfsDevice, type Tree } from '../facts/fake-machine.ts';

const attributes = { addr_assign_type: '0', ifindex: '2', address: '52:54:00:00:00:02', flags: '0x1002' };

/** A machine whose bootstrap has just ended, and whose NIC eth0 has a file of the first boot. */
const machine: Tree = {
  ...sysfsDevice('/sys/class/net/eth0', attributes, { device: '->../../../devices/virtio5' }),
  '/sys/devices/system/cpu/online': '0\n',
  '/etc/default/gandi': 'CONFIG_NODHCP=lo\n',
  '/run/systemd/system/units': '',
  '/proc/self/mountinfo': '',
  '/usr/sbin/ifup': '',
  '/etc/systemd/system/multi-user.target.wants/networking.service': '',
  '/etc/network/interfaces': 'auto lo\niface lo inet loopback\nsource /etc/network/interfaces.d/*\n',
  '/etc/network/interfaces.d/eth0.cfg': `${ownMark}\nauto eth0\niface eth0 inet dhcp\n`,
};

function spooled(sequence: number, handler: string, properties: Readonly<Record<string, string>>): Tree {
  const event = {
    SEQNUM: String(sequence),
    GANDI_HANDLER: handler,
    GANDI_SPOOLED_AT: '1.00',
    ACTION: 'add',
    ...properties,
  };
  const lines = Object.entries(event).map(([key, value]) => `${key}=${value}\0`);
  return { [`/run/gandi/spool/${sequence}-${handler}`]: lines.join('') };
}

const nic = { DEVPATH: '/devices/virtio5/net/eth0', INTERFACE: 'eth0', IFINDEX: '2' };
const disk = { DEVPATH: '/devices/virtio6/block/vdb', DEVNAME: '/dev/vdb' };

async function settled(tree: Tree) {
  const system = await fakeMachine({ ...machine, ...tree });
  const run = () => Promise.resolve({ exitCode: 0, stdout: '[]\n[]\n[]\n', stderr: '' });
  const live = { ...system, processes: { ...system.processes, run } };
  await settleNics(live);
  return { live, waiting: await live.files.list('/run/gandi/spool') };
}

test('the events of a NIC that is as it should be are answered, and the NIC is remembered', async () => {
  const { live, waiting } = await settled({
    ...spooled(7, 'nic', nic),
    ...spooled(9, 'nic', { ...nic, ACTION: 'move' }),
  });
  expect(waiting).toEqual([]);
  expect(await readNicRecords(live)).toEqual([expect.objectContaining({ name: 'eth0', state: 'at-boot' })]);
  expect(await readTimeline(live)).toEqual([expect.objectContaining({ action: 'add+move', events: 2, failures: [] })]);
});

test.each<[string, Tree]>([
  ['a disk came too', spooled(8, 'disk', disk)],
  ['a NIC went', spooled(8, 'nic', { ...nic, ACTION: 'remove' })],
  ['the NIC has no file', { '/etc/network/interfaces.d/eth0.cfg': '' }],
  ['a hook is to be run', { '/etc/gandi/hooks/post-iface-attach': '#!/bin/sh\nlogger "$INTERFACE"\n' }],
  [
    'a disk is assigned to a folder that anybody could write to',
    { '/etc/gandi/disks.d/data.conf': 'SERIAL=data\nPATH=/data\n' },
  ],
])('all is left to the hotplug service: %s', async (_, tree) => {
  const { live, waiting } = await settled({ ...spooled(7, 'nic', nic), ...tree });
  expect(waiting).toContain('7-nic');
  expect(await readNicRecords(live)).toEqual([]);
});

test('without systemd another process may be at work on them', async () => {
  const { '/run/systemd/system/units': _, ...others } = machine;
  const system = await fakeMachine({ ...others, ...spooled(7, 'nic', nic) });
  await settleNics(system);
  expect(await system.files.list('/run/gandi/spool')).toEqual(['7-nic']);
});
