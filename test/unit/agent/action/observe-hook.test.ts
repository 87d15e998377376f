import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { doesNothing, observeHook } from '../../../../src/agent/action/observe-hook.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const path = '/etc/gandi/hooks/post-disk-attach';
const shipped = ['post-disk-attach', 'pre-disk-detach', 'post-iface-attach', 'post-vm-config'];

test.each(shipped)('the shipped %s does nothing', (name) => {
  expect(doesNothing(readFileSync(`hooks/${name}`, 'utf8'))).toBe(true);
});

test.each([
  ['a command', '#!/bin/sh\n# a comment\nlogger hello\n'],
  ['a command behind blanks', '#!/bin/sh\n  true # now\n'],
  ['another interpreter, to which # may be no comment', '#!/usr/bin/node\n# x\n'],
  ['an option of the shell', '#!/bin/sh -x\n'],
  ['no first line of a script', '# x\n'],
  ['a program', '\x7fELF'],
  ['nothing', ''],
])('%s may do something', (_, text) => {
  expect(doesNothing(text)).toBe(false);
});

test('a hook that is missing, or does nothing, is not run; any other is', async () => {
  const look = async (files: Readonly<Record<string, string>>) => observeHook((await machineTree(files)).system, path);
  expect(await look({})).toBeUndefined();
  expect(await look({ [path]: readFileSync('hooks/post-disk-attach', 'utf8') })).toBeUndefined();
  expect(await look({ [path]: '#!/bin/sh\nlogger hello\n' })).toBe(path);
  expect(await look({ [path]: `#!/bin/sh\n${'#\n'.repeat(3000)}` })).toBe(path);
});
