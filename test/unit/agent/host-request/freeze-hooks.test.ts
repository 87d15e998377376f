import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { endFreeze } from '../../../../src/agent/host-request/freeze.ts';
import { readFrozen, writeFrozen } from '../../../../src/agent/host-request/frozen.ts';
import { askedMachine } from './asked-machine.ts';

const bothHooks = ['pre-freeze', 'post-thaw'] as const;
const flushed = 'timeout 55 pre-freeze /srv/data /srv/more';
const resumed = 'timeout 180 post-thaw /srv/data /srv/more';

test('hooks run before the first file system is frozen and after the last is thawed, and a timer stands for the second', async () => {
  const { ask, ran } = await askedMachine({ hooks: bothHooks });
  expect(await ask({ ask: 'freeze' })).toMatchObject({ result: 'done', hook: null });
  expect(ran.filter((words) => !words.startsWith('systemctl stop'))).toEqual([
    'arm gandi-thaw-8-16 60s /srv/data',
    'arm gandi-thaw-8-32 60s /srv/more',
    'arm gandi-thaw-hook 61s thaw',
    flushed,
    'fsfreeze --freeze /srv/data',
    'fsfreeze --freeze /srv/more',
  ]);
  ran.length = 0;
  expect(await ask({ ask: 'thaw' })).toMatchObject({ result: 'done' });
  expect(ran).toEqual([
    'fsfreeze --unfreeze /srv/more',
    'fsfreeze --unfreeze /srv/data',
    'systemctl stop gandi-thaw-8-16.timer',
    'systemctl stop gandi-thaw-8-32.timer',
    resumed,
    'systemctl stop gandi-thaw-hook.timer',
  ]);
});

test('a hook that fails before a freeze cancels it and is named; the one that undoes its work runs', async () => {
  const { ask, ran } = await askedMachine({ hooks: bothHooks, fails: 'pre-freeze' });
  const answer = await ask({ ask: 'freeze' });
  expect(answer).toMatchObject({ result: 'failed', code: 'process.failed', hook: 'pre-freeze', paths: [] });
  expect(ran.filter((words) => words.startsWith('fsfreeze --freeze'))).toEqual([]);
  expect(ran).toContain(resumed);
  expect(await ask({ ask: 'freeze' })).not.toMatchObject({ code: 'freeze.already' });
});

test('a thaw depends on no hook: all is thawed, the answer names the hook, and the timer has it run once more', async () => {
  const { ask, ran } = await askedMachine({ hooks: bothHooks, fails: 'post-thaw' });
  await ask({ ask: 'freeze' });
  ran.length = 0;
  expect(await ask({ ask: 'thaw' })).toMatchObject({
    ...{ result: 'failed', code: 'process.failed', hook: 'post-thaw' },
    paths: ['/srv/data', '/srv/more'],
  });
  expect(ran).toContain('systemctl stop gandi-thaw-8-32.timer');
  expect(ran).not.toContain('systemctl stop gandi-thaw-hook.timer');
  expect(await ask({ ask: 'freeze' })).toMatchObject({ result: 'done' });
});

test('past the deadline the hook of the thaw runs, though nobody asked for it', async () => {
  const { ask, ran, system, pass } = await askedMachine({ hooks: bothHooks });
  await ask({ ask: 'freeze' });
  ran.length = 0;
  await endFreeze(parseFlags('').flags, system);
  expect(ran).toEqual([]);
  pass(61);
  await endFreeze(parseFlags('').flags, system);
  expect(ran).toContain(resumed);
  ran.length = 0;
  await endFreeze(parseFlags('').flags, system);
  expect(ran).toEqual([]);
});

test('where the agent was killed in the middle of a freeze, a thaw leaves the timers: one may freeze yet', async () => {
  const { ask, ran, system } = await askedMachine();
  await ask({ ask: 'freeze' });
  const frozen = await readFrozen(system);
  if (frozen !== undefined) await writeFrozen(system, { ...frozen, isWhole: false });
  ran.length = 0;
  expect(await ask({ ask: 'thaw' })).toMatchObject({ result: 'done' });
  expect(ran.filter((words) => words.startsWith('systemctl stop gandi-thaw-8'))).toEqual([]);
});

test('from the freeze to the thaw the agent writes to no disk', async () => {
  const { ask, root } = await askedMachine({ hooks: bothHooks });
  const before = await filesBelow(root);
  await ask({ ask: 'freeze' });
  await ask({ ask: 'status' });
  await ask({ ask: 'detach', serial: 'vol-data' });
  const after = await filesBelow(root);
  const written = [...after].filter(([path, time]) => before.get(path) !== time).map(([path]) => path);
  expect(written.filter((path) => !path.startsWith('/run/'))).toEqual([]);
});

/** When each file below a folder was changed last. */
async function filesBelow(folder: string): Promise<Map<string, bigint>> {
  const entries = await readdir(folder, { recursive: true });
  const statuses = entries.map(async (path) => {
    const { ctimeNs } = await lstat(join(folder, path), { bigint: true });
    return [`/${path}`, ctimeNs] as const;
  });
  return new Map(await Promise.all(statuses));
}
