import { expect, test } from 'vitest';
import { decodeUdev, firstFreeName, mountName } from '../../../../src/agent/disk/mount-name.ts';

const named = (encodedLabel: string | undefined, serial?: string) =>
  mountName({ encodedLabel, serial, kernelName: 'sdb' });

test.each([
  ['plain', 'data', 'data'],
  ['L10: a space', 'my\\x20data', 'my_data'],
  ['L10: signs that mean something in a regular expression', 'c+++', 'c+++'],
  ['letters of any script', 'donn\\xc3\\xa9es', 'données'],
  ['a slash', '\\x2fetc\\x2fpasswd', '_etc_passwd'],
  ['a leading dot', '.hidden', '_.hidden'],
  ['a leading dash', '-rf', '_-rf'],
  ['a line feed', 'a\\x0ab', 'a_b'],
  ['what a shell would run (S1)', '\\x60id\\x3etmp\\x60', '_id_tmp_'],
  ['text that turns the line around', 'a\\xe2\\x80\\xaeb', 'a_b'],
])('%s', (_, label, expected) => {
  expect(named(label)).toBe(expected);
});

test.each([
  ['S2: two dots', '..'],
  ['one dot', '.'],
  ['only white space', '\\x20\\x20'],
  ['L10: bytes that are no UTF-8', '\\xff\\xfe'],
  ['nothing', ''],
  ['255 bytes', 'a'.repeat(255)],
])('%s is not a name: the serial is used', (_, label) => {
  expect(named(label, 'disk-42')).toBe('disk-42');
});

test('without label and serial it is the kernel name', () => {
  expect(named(undefined)).toBe('sdb');
});

test('D8: a third disk with one name gets a third folder', () => {
  const taken = new Set(['data', 'data_2']);
  expect(firstFreeName('data', (name) => taken.has(name))).toBe('data_3');
});

test('10,000 labels of random bytes: always one safe component', () => {
  let state = 42;
  const random = () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
  for (let round = 0; round < 10_000; round += 1) {
    const bytes = Array.from({ length: Math.floor(random() * 40) }, () => Math.floor(random() * 256));
    const encoded = bytes.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
    const name = named(encoded);
    expect(name).not.toMatch(/^[.-]|[/\0\n]/);
    expect(new URL(encodeURIComponent(name), 'file:///srv/').pathname).toBe(`/srv/${encodeURIComponent(name)}`);
  }
});

test('what udev does not encode is taken as it is', () => {
  expect(decodeUdev('é\\x20\\')).toBe('é \\');
});
