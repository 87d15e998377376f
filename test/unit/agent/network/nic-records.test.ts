import { expect, test } from 'vitest';
import { readNicRecords, writeNicRecord } from '../../../../src/agent/network/nic-records.ts';
import { machineTree } from '../../core/system/machine-tree.ts';
import { record } from './nic-example.ts';

test('a record is read as it was written', async () => {
  const { system } = await machineTree();
  await writeNicRecord(system, record);
  expect(await readNicRecords(system)).toEqual([record]);
});

test.each([
  ['left alone: CONFIG_NODHCP names it', 'left-alone'],
  ['left to dhcpcd, which runs for all links', 'left-alone'],
  ['configured at boot', 'at-boot'],
  ['configured as the payload says', 'described'],
  ['DHCP, as nothing describes it', 'dhcp'],
])('a record that an earlier version wrote in the same boot is understood: %s', async (note, state) => {
  const { state: _, ...old } = { ...record, note };
  const { system } = await machineTree({ '/run/gandi/nics/3.json': JSON.stringify(old) });
  expect(await readNicRecords(system)).toEqual([{ ...old, state }]);
});

test('a record that cannot be read is taken for none', async () => {
  const { system } = await machineTree({ '/run/gandi/nics/3.json': '{"state": "no such state"}' });
  expect(await readNicRecords(system)).toEqual([]);
});
