import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { serialLine } from '../../../lab/serial-log.ts';

const pattern = /\bgandi\[\d+\]: /;

function logWith(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'serial-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'serial.log');
  writeFileSync(path, text);
  return { folder, path };
}

test('a line that is there already is found, and those before the place are not counted', async () => {
  const { folder, path } = logWith('gandi[1]: of an earlier boot\n');
  const { size } = statSync(path);
  appendFileSync(path, 'kernel: else\ngandi[2]: one\ngandi[2]: two\n');
  expect(await serialLine(folder, size, pattern, 2, AbortSignal.timeout(10_000))).toBe('gandi[2]: two');
});

test('a line that comes in two parts is found once it is whole', async () => {
  const { folder, path } = logWith('gandi[1]: one\ngandi[1]: tw');
  const found = serialLine(folder, 0, pattern, 2, AbortSignal.timeout(10_000));
  appendFileSync(path, 'o\n');
  expect(await found).toBe('gandi[1]: two');
});

test('a wait that is given up ends', async () => {
  const { folder } = logWith('');
  await expect(serialLine(folder, 0, pattern, 1, AbortSignal.abort())).rejects.toThrow();
});
