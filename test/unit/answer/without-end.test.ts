import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { defineCommand } from '../../../src/core/command/define-command.ts';
import { runProgram } from '../../../src/core/command/run-program.ts';

async function endOf(where: 'stage' | 'command') {
  const root = await mkdtemp(join(tmpdir(), 'without-end-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const script = join(import.meta.dirname, 'stage-without-end.ts');
  const { exitCode, stderr } = await execa(process.execPath, [script, root, where], { reject: false });
  return { root, exitCode, stderr };
}

test('a stage whose work never comes to an end is a failed stage, and says so once', async () => {
  const { root, exitCode, stderr } = await endOf('stage');
  expect(exitCode).toBe(1);
  expect(stderr.match(/without-end/g)).toEqual(['without-end']);
  const { stage } = JSON.parse(await readFile(join(root, 'run/gandi/status/bootstrap.json'), 'utf8'));
  expect(stage).toMatchObject({
    result: 'failed',
    exitCode: 1,
    failures: [{ step: 'bootstrap', code: 'process.without-end' }],
  });
});

test('a process without an answer ends with status 1', async () => {
  expect((await endOf('command')).exitCode).toBe(1);
});

test('a command whose work never comes to an end is an error of that command', async () => {
  const said: string[] = [];
  const terminal = {
    out: () => undefined,
    err: (line: string) => void said.push(line),
    json: () => undefined,
    verbatim: () => undefined,
  };
  const wait = defineCommand({ name: 'wait', summary: 'wait', run: () => new Promise<never>(() => undefined) });
  const program = { name: 'program', summary: '', groups: [{ heading: '', commands: [wait] }] };
  const answer = runProgram(program, ['wait'], terminal);
  process.emit('beforeExit', 0);
  expect(await answer).toBe(1);
  expect(said).toEqual([expect.stringContaining('process.without-end')]);
});
