import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { requirePrograms } from '../agent/action/loop-disk.ts';
import { openWorkshop, type StartOptions, type Workshop } from './own-build.ts';

let workshop: Workshop;
beforeEach(async (context) => {
  if (process.getuid?.() !== 0) context.skip('these builds are those of root');
  requirePrograms(context, { script: 'bsdutils' });
  workshop = await openWorkshop();
});
afterEach(() => workshop?.remove());

// script(1) takes one line for a shell; none of the words here has a blank in it.
const onTerminal = ['sh', '-c', 'exec script -qefc "stty cols 80 rows 24; exec $*" /dev/null', 'on-a-terminal'];

async function build(hook: string, words: readonly string[] = [], options: StartOptions = { before: onTerminal }) {
  await workshop.element('own/install.d/50-own', `#!/bin/sh\n${hook}\n`);
  const args = ['image', 'build', '-n', '-t', 'tar', ...words, 'tiny-os', 'own'];
  const { status, lines } = await workshop.start(args, options).ended;
  return { status, shown: lines.map((line) => stripVTControlCharacters(line).trimEnd()) };
}

test.each(['sources', 'executable'] as const)(
  'a person who watches the %s sees phases, the line of now, files and where the time went',
  async (program) => {
    const { status, shown } = await build("echo 'working on it'; sleep 0.5", [], { before: onTerminal, program });
    expect(status, shown.join('\n')).toBe(0);
    const last = shown.slice(shown.lastIndexOf('where the time went:') - 11);
    expect(last.slice(0, 11).map((line) => line.replace(/^✔ (\S+) \[[\d.]+s\]$/, '$1'))).toEqual([
      'root.d',
      'extra-data.d',
      'pre-install.d',
      'install.d',
      'post-install.d',
      'post-root.d',
      'block-device.d',
      'pre-finalise.d',
      'finalise.d',
      'cleanup.d',
      'output',
    ]);
    expect(shown).toContain('  › working on it');
    expect(last.filter((line) => line.startsWith('made '))).toEqual(
      ['tar', 'cdx.json', 'image.json'].map((ending) => `made ${workshop.out}/image.${ending}`),
    );
  },
);

test('of a phase that fails the lines are shown whole, made harmless, and its status is that of the build', async () => {
  const { status, shown } = await build("echo first; printf 'second \\033]0;title\\007\\n'; exit 7");
  expect(status).toBe(7);
  const end = shown.slice(shown.lastIndexOf('◼ output') + 1);
  expect(shown).toContain('✖ install.d failed');
  expect(end).toContain('first');
  expect(end).toContain('second \\u{1b}]0;title\\u{7}');
  expect(end.join('\n')).toContain('install.d/50-own: it ended with status 7');
});

test.each([
  ['--plain', ['--plain'], { before: onTerminal }],
  ['-x', ['-x'], { before: onTerminal }],
  ['a reader that is a program', [], {}],
])('with %s each line comes as it is', async (_, words, options) => {
  const { status, shown } = await build('echo hello', words, options);
  expect(status).toBe(0);
  expect(shown.filter((line) => line.endsWith('hello') && !line.includes('echo'))).toHaveLength(1);
  expect(shown.filter((line) => /^[✔◼]/.test(line))).toEqual([]);
});
