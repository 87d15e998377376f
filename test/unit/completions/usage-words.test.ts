import { expect, test } from 'vitest';
import { usageWords } from '../../../tools/completions/usage-words.ts';

test('verbs, options and files of a usage line', () => {
  expect(usageWords('list [--json] | explain DISK | detach [--force] DISK')).toEqual({
    verbs: ['list', 'explain', 'detach'],
    options: ['--json', '--force'],
    takesFile: true,
  });
});

test('a command without verbs has none', () => {
  expect(usageWords('[--json] [--wait [--timeout SECONDS]]')).toEqual({
    verbs: [],
    options: ['--json', '--wait', '--timeout'],
    takesFile: false,
  });
});

test('a remark behind the usage is no word of it', () => {
  expect(usageWords('[FILE]   (default: --none of these)')).toEqual({ verbs: [], options: [], takesFile: true });
});

test('an image or a device are two things for one place, not two alternatives', () => {
  expect(usageWords('inspect IMAGE|DEVICE [--json]').verbs).toEqual(['inspect']);
});
