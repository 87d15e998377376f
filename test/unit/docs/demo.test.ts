import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const recording = readFileSync('docs/demo.svg', 'utf8');
const source = readFileSync('tools/demo.ts', 'utf8');
const drawn = [...recording.matchAll(/>([^<]+)</g)].map(([, text = '']) => text.trim().replaceAll('&quot;', '"'));

/** Printed with `KEEP=1`, and where the image was built before. */
const atTimes = ['The guest is still running', 'nothing has changed since it was built'];
/** What the builder calls its steps, with the time of each; what systemd says of the boot, and the guest of the disk. */
const notOfDemo =
  /^(?:[\w.]+\/[\w-]+|the images) \([\d.]+ s\)$|^boot has ended; systemd says|^the guest says on its port: attached at /;

test('the recording in the README has every moment that the demo prints', () => {
  const printed = [...source.matchAll(/page\.(?:moment|heading)\('([^']+)'\)/g)].map(([, text = '']) => text);
  expect(printed.length).toBeGreaterThan(8);
  expect(printed.filter((text) => !atTimes.includes(text) && !drawn.includes(text))).toEqual([]);
});

test('no moment of the recording is one that the demo does not print', () => {
  const moments = [...recording.matchAll(/>\s*[\d.]+ s<\/tspan>\s*(?:<tspan[^>]*>)?([^<]+)</g)].map(([, text = '']) =>
    text.trim(),
  );
  expect(moments.length).toBeGreaterThan(5);
  const fixed = moments.filter((text) => !notOfDemo.test(text));
  expect(fixed.filter((text) => !source.includes(text.replaceAll('&quot;', '"')))).toEqual([]);
});
