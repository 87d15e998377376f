import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { planOnDemand } from '../../../../src/agent/disk/on-demand.ts';

const shipped = readFileSync('autofs/gandi.autofs', 'utf8');
const lineIn = (text: string) => text.split('\n').filter((line) => /^#?\//.test(line));

function textAfter(text: string, on: boolean, root = '/srv'): string {
  const [action] = planOnDemand(text, root, on).flatMap(({ actions }) => actions);
  return action?.kind === 'write-file' ? String(action.content) : text;
}

test('as shipped it is off, with the map of the old agent', () => {
  expect(lineIn(shipped)).toEqual([
    '#/srv /etc/auto.gandi --timeout=2592000 --negative-timeout=1 sync,nodev,nosuid,noatime',
  ]);
});

test('on and off change one line, and are nothing to do where it is so', () => {
  const on = textAfter(shipped, true);
  expect(lineIn(on)).toEqual(['/srv /etc/auto.gandi --timeout=2592000 --negative-timeout=1 sync,nodev,nosuid,noatime']);
  expect(planOnDemand(on, '/srv', true)).toEqual([]);
  expect(textAfter(on, false)).toBe(shipped);
});

test("the disk root of the flags is taken, and an admin's time limit stays", () => {
  expect(lineIn(textAfter('#/srv /etc/auto.gandi --timeout=60\n', true, '/data'))).toEqual([
    '/data /etc/auto.gandi --timeout=60',
  ]);
});

test('a file without the line gets one', () => {
  expect(lineIn(textAfter('', true))).toEqual([
    '/srv /etc/auto.gandi --timeout=2592000 --negative-timeout=1 sync,nodev,nosuid,noatime',
  ]);
});
