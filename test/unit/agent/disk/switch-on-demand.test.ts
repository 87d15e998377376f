import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { switchOnDemand } from '../../../../src/agent/disk/on-demand.ts';
import { writeDiskRecord } from '../../../../src/agent/disk/disk-records.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const path = '/etc/auto.master.d/gandi.autofs';
const off = readFileSync('autofs/gandi.autofs', 'utf8');

/** A machine with autofs and a disk that is mounted. */
async function machine() {
  const { system } = await machineTree({ [path]: off, '/usr/sbin/automount': '' });
  await writeDiskRecord(system, {
    key: 'sdb@1',
    device: '/dev/sdb',
    majorMinor: '8:16',
    fileSystem: 'ext4',
    uuid: null,
    mountPoint: '/srv/data',
    isBeingMounted: false,
    isHookDue: false,
    ownsFolder: true,
    isDetached: false,
    filledBytes: null,
    assignment: null,
    isSetReadOnly: false,
    isSnapshot: false,
    onDemand: false,
    services: [],
    beneath: [],
    serial: null,
    location: null,
    refusal: null,
    mountedElsewhere: null,
    note: '',
  });
  return system;
}

test('to switch off what is off asks nobody to detach a disk', async () => {
  expect(await switchOnDemand(await machine(), parseFlags('').flags, false)).toEqual([]);
});

test('a change while a disk is mounted is refused', async () => {
  const switching = switchOnDemand(await machine(), parseFlags('').flags, true);
  await expect(switching).rejects.toMatchObject({ code: 'automount.disks-mounted', exitCode: 4 });
});
