import { describe, expect, test } from 'vitest';
import { escapeLabel, findReply, renderGetActiveState } from '../../../../src/core/system/dbus-message.ts';

/** Little endian, with the field that says which call is answered. */
function message(type: number, body: Uint8Array, field = Buffer.from('\x05\x01u\0\x01\0\0\0', 'latin1')): Buffer {
  const header = Buffer.alloc(16);
  header.set([0x6c, type, 0, 1]);
  header.writeUInt32LE(body.length, 4);
  header.writeUInt32LE(7, 8);
  header.writeUInt32LE(field.length, 12);
  return Buffer.concat([header, field, Buffer.alloc((8 - (field.length % 8)) % 8), body]);
}

const active = Buffer.from('\x01s\0\0\x06\0\0\0active\0', 'latin1');
/** One of those that systemd sends by itself. */
const signal = message(4, Buffer.from('any'), Buffer.from('\x01\x01o\0\x01\0\0\0/\0', 'latin1'));

test('a question is laid out as the specification has it', () => {
  const text = Buffer.from(renderGetActiveState('ssh.service')).toString('latin1');
  expect(text.slice(0, 16)).toBe('l\x01\0\x01\x34\0\0\0\x01\0\0\0\xa0\0\0\0');
  expect(text.slice(16, 24)).toBe('\x01\x01o\0\x2c\0\0\0');
  expect(text.slice(24, 72)).toBe('/org/freedesktop/systemd1/unit/ssh_2eservice\0\0\0\0');
  expect(text.slice(-52)).toBe('\x1d\0\0\0org.freedesktop.systemd1.Unit\0\0\0\x0b\0\0\0ActiveState\0');
  expect(text.length % 8).toBe((16 + 0xa0 + 52) % 8);
});

test.each([
  ['networking.service', 'networking_2eservice'],
  ['systemd-networkd.service', 'systemd_2dnetworkd_2eservice'],
  ['0day', '_30day'],
  ['é', '_c3_a9'],
])('systemd names the object of %s %s', (name, label) => {
  expect(escapeLabel(name)).toBe(label);
});

describe('of what was received', () => {
  test('the text of the answer is taken', () => {
    expect(findReply(message(2, active))).toBe('active');
  });

  test('what systemd says unasked is passed over', () => {
    expect(findReply(Buffer.concat([signal, signal, message(2, active)]))).toBe('active');
    expect(findReply(signal)).toBeUndefined();
  });

  test('a part is no answer yet, wherever it ends', () => {
    const whole = Buffer.concat([signal, message(2, active)]);
    for (let end = 0; end < whole.length; end += 1) expect(findReply(whole.subarray(0, end))).toBeUndefined();
  });

  test.each([
    ['an error', message(3, active)],
    ['a number', message(2, Buffer.from('\x01u\0\0\x06\0\0\0', 'latin1'))],
    ['nothing', message(2, Buffer.alloc(0))],
    ['big endian', Buffer.concat([Buffer.from('B'), message(2, active).subarray(1)])],
  ])('%s is no text', (_, received) => {
    expect(findReply(received)).toBeNull();
  });
});
