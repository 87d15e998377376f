import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const recording = readFileSync('docs/demo.svg', 'utf8');
const source = readFileSync('tools/demo.ts', 'utf8');
const drawn = [...recording.matchAll(/>([^<]+)</g)].map(([, text = '']) => text.trim());

test('the recording in the README has every moment that the demo prints', () => {
  const printed = [...source.matchAll(/page\.(?:moment|heading)\('([^']+)'\)/g)].map(([, text = '']) => text);
  const ofKeep = 'The guest is still running';
  expect(printed.length).toBeGreaterThan(8);
  expect(printed.filter((text) => text !== ofKeep && !drawn.includes(text))).toEqual([]);
});

test('no moment of the recording is one that the demo does not print', () => {
  const moments = [...recording.matchAll(/>\s*[\d.]+ s<\/tspan>\s*(?:<tspan[^>]*>)?([^<]+)</g)].map(([, text = '']) =>
    text.trim(),
  );
  expect(moments.length).toBeGreaterThan(5);
  const fixed = moments.filter((text) => !text.startsWith('boot has ended; systemd says'));
  expect(fixed.filter((text) => !source.includes(text.replaceAll('&quot;', '"')))).toEqual([]);
});
