import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';

const writer = join(import.meta.dirname, 'replace-often.ts');

test('of two processes that replace the same file both succeed, and a reader sees it whole at any moment', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'two-writers-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'state');
  const writers = ['A', 'B'].map((letter) =>
    spawn(process.execPath, [writer, path, letter, '200'], { stdio: 'ignore' }),
  );
  const ended = Promise.all(writers.map(async (each) => (await once(each, 'exit'))[0]));
  const lengths = new Set<number>();
  while (writers.some(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
    if (existsSync(path)) lengths.add(wholeLength(readFileSync(path, 'latin1')));
    await turn();
  }
  expect(await ended).toEqual([0, 0]);
  expect([...lengths]).toEqual([300_000]);
  expect(readdirSync(folder).sort()).toEqual(['state', 'state.link']);
}, 60_000);

/** -1 where both writers have a part of it. */
function wholeLength(text: string): number {
  return text.includes('A') && text.includes('B') ? -1 : text.length;
}
