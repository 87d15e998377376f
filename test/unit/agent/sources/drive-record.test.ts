import { expect, test } from 'vitest';
import {
  driveRecordPath,
  isDriveRecorded,
  parseDriveRecord,
  readDriveRecord,
  renderDriveRecord,
} from '../../../../src/agent/sources/drive-record.ts';
import { fakeMachine } from '../facts/fake-machine.ts';

const record = {
  source: 'nocloud',
  digest: 'abc',
  texts: new Map([
    ['meta-data', 'instance-id: i-1\nlocal-hostname: web\n'],
    ['user-data', '#cloud-config\n{}\n'],
  ]),
} as const;

test('what is recorded is read again, and says what the drive said', async () => {
  const system = await fakeMachine({ [driveRecordPath]: renderDriveRecord(record).reveal() });
  const read = await readDriveRecord(system);
  expect(read).toEqual(record);
  expect((await parseDriveRecord(record))?.config.hostname).toBe('web');
  expect(await isDriveRecorded(system)).toBe(true);
});

test('without a record no drive was applied', async () => {
  const system = await fakeMachine({ '/etc/x': '' });
  expect(await readDriveRecord(system)).toBeUndefined();
  expect(await isDriveRecorded(system)).toBe(false);
});

test.each(['', '{', '{"version":2}', JSON.stringify({ version: 1, source: 'other', digest: '', texts: {} })])(
  'a record that cannot be read still says that a drive was applied: %j',
  async (text) => {
    const system = await fakeMachine({ [driveRecordPath]: text });
    expect(await readDriveRecord(system)).toBeUndefined();
    expect(await isDriveRecorded(system)).toBe(true);
  },
);
