import { expect, test } from 'vitest';
import type { System } from '../../../../src/core/system/system.ts';
import type { LayerName } from '../../../../src/agent/flags/layer-names.ts';
import { observeMember } from '../../../../src/agent/disk/observe-member.ts';
import { fakeMachine } from '../facts/fake-machine.ts';
import { attached, device } from './disk-example.ts';

/** @returns the programs that were started to find out what a disk is a part of */
async function started(allowed: readonly LayerName[], changes: Partial<typeof attached>): Promise<string[]> {
  const system = await fakeMachine({ '/proc/swaps': 'Filename\n' });
  const programs: string[] = [];
  const run: System['processes']['run'] = async (tool) => {
    programs.push(tool);
    return { exitCode: 0, stdout: '{"report":[]}', stderr: '' };
  };
  const fake = { ...system, processes: { ...system.processes, run } };
  await observeMember(fake, allowed, { ...attached, ...changes }, {}, []);
  return programs;
}

const all: readonly LayerName[] = ['luks', 'lvm', 'md', 'multipath'];
const physicalVolume = { fileSystem: 'LVM2_member', usage: 'raid' };

test('of a physical volume LVM is asked, where CONFIG_LAYERS names it', async () => {
  expect(await started(['lvm'], physicalVolume)).toEqual(['lvm']);
});

test.each([
  ['the flag is off, as shipped', [], physicalVolume],
  ['the flag names another layer', ['luks', 'md'], physicalVolume],
  ['it is a plain disk', all, {}],
  ['it is a blank one', all, { fileSystem: undefined }],
  ['no rule marks it', all, { ...physicalVolume, isDataDisk: false }],
  ['the system is on it', all, { ...physicalVolume, isSystemDisk: true }],
  ['something lies on it already', all, { ...physicalVolume, device: { ...device, holders: ['dm-0'] } }],
] as [string, LayerName[], Partial<typeof attached>][])(
  'no process is started where %s',
  async (_, allowed, changes) => {
    expect(await started(allowed, changes)).toEqual([]);
  },
);
