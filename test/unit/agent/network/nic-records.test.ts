import { expect, test } from 'vitest';
import { readNicRecords, writeNicRecord } from '../../../../src/agent/network/nic-records.ts';
import { machineTree } from '../../core/system/machine-tree.ts';
import { record } from './nic-example.ts';

test('a record is read as it was written', async () => {
  const { system } = await machineTree();
  await writeNicRecord(system, record);
  expect(await readNicRecords(system)).toEqual([record]);
});

test('a record that cannot be read is taken for none', async () => {
  const { state: _, ...withoutState } = record;
  for (const text of ['{', '{"state": "no such state"}', JSON.stringify(withoutState)]) {
    const { system } = await machineTree({ '/run/gandi/nics/3.json': text });
    expect(await readNicRecords(system)).toEqual([]);
  }
});
