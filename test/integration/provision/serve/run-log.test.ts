import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openFiles } from '../../../../src/core/system/files.ts';
import { lastLines } from '../../../../src/provision/serve/queue/run-log.ts';

test('the last line of a log is whole: it is why a run failed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gandi-log-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, '192.0.2.1.log');
  const last = `gandi-provision install: ${'a long reason '.repeat(100)}`;
  await writeFile(path, `first\n${last}\n`);
  expect(await lastLines(openFiles('/'), path, 1)).toEqual([last]);
  expect(await lastLines(openFiles('/'), join(folder, 'none'), 1)).toEqual([]);
});
