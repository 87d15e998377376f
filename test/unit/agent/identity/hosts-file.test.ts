import { expect, test } from 'vitest';
import { withHostEntry } from '../../../../src/agent/identity/hosts-file.ts';

test('adds one marked line behind the last one', () => {
  expect(withHostEntry('127.0.0.1 localhost\n', '192.0.2.10', 'web1')).toBe(
    '127.0.0.1 localhost\n192.0.2.10 web1 # gandi-agent\n',
  );
});

test('a name with dots is followed by its first part', () => {
  expect(withHostEntry('', '192.0.2.10', 'web1.example.org')).toContain(
    '192.0.2.10 web1.example.org web1 # gandi-agent\n',
  );
});

test('a file without a newline at its end gets one', () => {
  expect(withHostEntry('127.0.0.1 localhost', '192.0.2.10', 'web1')).toBe(
    '127.0.0.1 localhost\n192.0.2.10 web1 # gandi-agent\n',
  );
});

test('without a file, localhost is there too', () => {
  expect(withHostEntry(undefined, '192.0.2.10', 'web1')).toMatch(/^127\.0\.0\.1 localhost\n::1 localhost.*\n192/);
});

test("an admin's own line for the name is enough", () => {
  const text = '127.0.1.1\tweb1.example.org web1 # mine\n';
  expect(withHostEntry(text, '192.0.2.10', 'web1')).toBe(text);
});

test('the line that it wrote before is replaced, and nothing else', () => {
  const before = withHostEntry('127.0.0.1 localhost\n10.0.0.1 db\n', '192.0.2.10', 'old');
  expect(withHostEntry(before, '192.0.2.11', 'new')).toBe(
    '127.0.0.1 localhost\n10.0.0.1 db\n192.0.2.11 new # gandi-agent\n',
  );
});

test('a second time changes nothing', () => {
  const once = withHostEntry('127.0.0.1 localhost\n', '192.0.2.10', 'web1');
  expect(withHostEntry(once, '192.0.2.10', 'web1')).toBe(once);
});
