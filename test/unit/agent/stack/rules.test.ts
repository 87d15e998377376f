import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { flagTable } from '../../../../src/agent/flags/flag-table.ts';

const lines = readFileSync('rules/86-gandi.rules', 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

test('without CONFIG_LAYERS the rules pass over what is built on disks before they start anything', () => {
  const layers = lines.indexOf('KERNEL!="dm-*|md*", GOTO="gandi_whole"');
  expect(lines[layers + 1]).toBe('ENV{CONFIG_LAYERS}!="?*", GOTO="gandi_forget"');
  expect(lines.slice(0, layers).filter((line) => line.includes('RUN+='))).toEqual([]);
});

test('what the rules read of the flags file leaves udev again: no event and no database has it', () => {
  const imported = lines.findIndex((line) => line.startsWith('IMPORT{file}='));
  const forgotten = lines.indexOf('LABEL="gandi_forget"');
  expect(lines.slice(imported).filter((line) => line.includes('GOTO="gandi_end"'))).toEqual([]);
  const removed = lines
    .slice(forgotten)
    .flatMap((line) => [...line.matchAll(/ENV\{(\w+)\}=""/g)].map(([, name]) => name));
  expect(removed).toEqual(Object.keys(flagTable));
});
