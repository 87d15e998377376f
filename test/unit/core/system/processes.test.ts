import { expect, test } from 'vitest';
import { openProcesses } from '../../../../src/core/system/processes.ts';

const silent = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
const { follow } = openProcesses(silent);

async function linesOf(command: string): Promise<{ exitCode: number; lines: string[] }> {
  const lines: string[] = [];
  const exitCode = await follow('sh', ['-c', command], (line) => lines.push(line));
  return { exitCode, lines };
}

test('both streams of a program come line by line, with its exit status', async () => {
  expect(await linesOf('echo one; echo two >&2; printf three; exit 5')).toMatchObject({
    exitCode: 5,
    lines: expect.arrayContaining(['one', 'two', 'three']),
  });
});

test('more output than is ever kept comes as a whole', async () => {
  const { exitCode, lines } = await linesOf('yes 0123456789012345678901234567890123456789 | head --lines=200000');
  expect({ exitCode, count: lines.length }).toEqual({ exitCode: 0, count: 200_000 });
});

test('a program that a signal ended has a status', async () => {
  expect(await linesOf('kill -KILL $$')).toMatchObject({ exitCode: 128 });
});

test('a program that is not there is an error with its name', async () => {
  await expect(follow('/nonexistent/program', [], () => {})).rejects.toMatchObject({
    code: 'process.missing',
    subject: '/nonexistent/program',
  });
});
