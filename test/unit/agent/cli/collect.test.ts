import { expect, test } from 'vitest';
import { archiveName } from '../../../../src/agent/cli/collect.ts';

const now = new Date('2026-11-28T16:30:05.123Z');

test.each([
  ['web1', 'gandi-collect-web1-20261128T163005Z.tar.gz'],
  ['web1.example.net', 'gandi-collect-web1.example.net-20261128T163005Z.tar.gz'],
  ['a/../b c', 'gandi-collect-a_.._b_c-20261128T163005Z.tar.gz'],
])('an archive of %s has its host and time in its name', (host, name) => {
  expect(archiveName(host, now)).toBe(name);
});
