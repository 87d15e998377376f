import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const lines = readFileSync('rules/86-gandi.rules', 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

test('without CONFIG_LAYERS the rules pass over what is built on disks before they start anything', () => {
  const layers = lines.indexOf('KERNEL!="dm-*|md*", GOTO="gandi_whole"');
  expect(lines[layers + 1]).toBe('ENV{CONFIG_LAYERS}!="?*", GOTO="gandi_end"');
  expect(lines.slice(0, layers).filter((line) => line.includes('RUN+='))).toEqual([]);
});
