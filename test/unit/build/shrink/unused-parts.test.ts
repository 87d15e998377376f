import { execa } from 'execa';
import { expect, test } from 'vitest';
import { unusedByAgent } from '../../../../tools/shrink/unused-parts.ts';

/** What the agent does with a program: it reads the lines of one that runs, which loads more of Node than its end does. */
const script = `
  import { execa } from 'execa';
  import 'winston';
  import 'zod';
  for await (const line of execa('printf', ['one\\ntwo'], { buffer: false })) process.stdout.write(line + ' ');
  process.stdout.write(JSON.stringify(process.moduleLoadList));
`;

test('no module of Node that is emptied is loaded where the agent reads what a program says', async () => {
  const { stdout } = await execa(process.execPath, ['--input-type=module', '--eval', script]);
  const said = stdout.slice(0, stdout.indexOf('['));
  const modules: string[] = JSON.parse(stdout.slice(said.length));
  const names = modules.map((module) => module.replace(/^NativeModule /, ''));
  expect(said).toBe('one two ');
  expect(names).toContain('internal/repl/history');
  expect(names.filter((name) => unusedByAgent.test(name))).toEqual([]);
});
