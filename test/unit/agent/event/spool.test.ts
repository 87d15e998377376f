import { expect, test } from 'vitest';
import { parseEvent } from '../../../../src/agent/event/spool.ts';

const environment = {
  SEQNUM: '1234',
  ACTION: 'add',
  DEVPATH: '/devices/pci0000:00/block/sdb',
  GANDI_HANDLER: 'disk',
  GANDI_SPOOLED_AT: '12.34',
  ID_FS_LABEL_ENC: 'data',
};

const text = (variables: Record<string, string>) =>
  Object.entries(variables)
    .map(([key, value]) => `${key}=${value}\0`)
    .join('');

test('reads what the rule wrote down', () => {
  expect(parseEvent('1234-disk', text(environment))).toMatchObject({
    entry: '1234-disk',
    sequence: 1234,
    handler: 'disk',
    action: 'add',
    devicePath: '/devices/pci0000:00/block/sdb',
    spooledAt: 12.34,
    properties: { ID_FS_LABEL_ENC: 'data' },
  });
});

test('a value may hold line feeds and equals signs', () => {
  const event = parseEvent('1-disk', text({ ...environment, ID_SERIAL: 'a=b\nACTION=remove' }));
  expect(event?.properties.ID_SERIAL).toBe('a=b\nACTION=remove');
  expect(event?.action).toBe('add');
});

test.each(['SEQNUM', 'ACTION', 'DEVPATH', 'GANDI_HANDLER', 'GANDI_SPOOLED_AT'])(
  'without %s it is not an event',
  (key) => {
    expect(parseEvent('1-disk', text({ ...environment, [key]: '' }))).toBeUndefined();
  },
);

test('properties cannot reach into the prototype', () => {
  const event = parseEvent('1-disk', text({ ...environment, __proto__x: '1', constructor: 'x' }));
  expect(Object.getPrototypeOf(event?.properties)).toBeNull();
});
