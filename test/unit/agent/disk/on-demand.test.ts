import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { planOnDemand, planSwitch } from '../../../../src/agent/disk/on-demand.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { record } from './disk-example.ts';

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

describe('the switch', () => {
  const { flags } = parseFlags('');
  const automount = { isInstalled: true, isOurs: false, otherMap: undefined };
  const facts = { automount, records: [], text: shipped };

  test('writes the map and starts autofs', () => {
    const kinds = planSwitch(facts, flags, true).flatMap(({ actions }) => actions.map(({ kind }) => kind));
    expect(kinds).toEqual(['write-file', 'control-unit', 'control-unit', 'control-unit']);
  });

  test.each([
    ['autofs is missing', 'automount.missing', { automount: { ...automount, isInstalled: false } }],
    [
      'another map has the folder',
      'automount.other-map',
      { automount: { ...automount, otherMap: '/etc/auto.master' } },
    ],
    ['a disk is mounted', 'automount.disks-mounted', { records: [record] }],
  ])('is refused where %s', (_, code, changes) => {
    expect(() => planSwitch({ ...facts, ...changes }, flags, true)).toThrow(expect.objectContaining({ code }));
  });

  test('a disk that is being mounted, or left alone, does not keep it', () => {
    const records = [
      { ...record, isBeingMounted: true },
      { ...record, mountPoint: null },
    ];
    expect(planSwitch({ ...facts, records }, flags, true)).not.toEqual([]);
  });
});
