import { expect, test } from 'vitest';
import { askedMachine, mounts } from './asked-machine.ts';

test('timers that thaw are armed before the first file system is frozen, and only what the agent mounted is', async () => {
  const { ask, ran } = await askedMachine();
  expect(await ask({ ask: 'freeze', seconds: 20, id: 'a' })).toMatchObject({
    ...{ id: 'a', ask: 'freeze', result: 'done', code: null },
    ...{ paths: ['/srv/data', '/srv/more'], leftOut: ['/srv/old', '/srv/dos'] },
  });
  expect(ran.filter((words) => !words.startsWith('systemctl stop'))).toEqual([
    'arm gandi-thaw-8-16 20s /srv/data',
    'arm gandi-thaw-8-32 20s /srv/more',
    'fsfreeze --freeze /srv/data',
    'fsfreeze --freeze /srv/more',
  ]);
});

test.each([
  [{ ask: 'freeze' }, 'freeze.already'],
  [{ ask: 'detach', serial: 'vol-data' }, 'disk.frozen'],
])('while file systems are frozen %j is refused, and changes nothing', async (request, code) => {
  const { ask, ran } = await askedMachine();
  await ask({ ask: 'freeze' });
  const before = ran.length;
  expect(await ask(request)).toMatchObject({ result: 'refused', code });
  expect(ran).toHaveLength(before);
});

test('a thaw thaws all, and takes the timers back only then', async () => {
  const { ask, ran } = await askedMachine();
  await ask({ ask: 'freeze' });
  ran.length = 0;
  expect(await ask({ ask: 'thaw' })).toMatchObject({ result: 'done', paths: ['/srv/data', '/srv/more'] });
  expect(ran).toEqual([
    'fsfreeze --unfreeze /srv/more',
    'fsfreeze --unfreeze /srv/data',
    'systemctl stop gandi-thaw-8-16.timer',
    'systemctl stop gandi-thaw-8-32.timer',
    'systemctl stop gandi-thaw-hook.timer',
  ]);
  ran.length = 0;
  expect(await ask({ ask: 'thaw' })).toMatchObject({ result: 'done', paths: [] });
  expect(ran).toEqual([]);
});

test('a thaw that fails leaves the timers', async () => {
  const { ask, ran } = await askedMachine({ fails: 'fsfreeze --unfreeze /srv/data' });
  await ask({ ask: 'freeze' });
  ran.length = 0;
  expect(await ask({ ask: 'thaw' })).toMatchObject({ result: 'failed', code: 'process.failed' });
  expect(ran.filter((words) => words.startsWith('systemctl'))).toEqual([]);
});

test('where one cannot be frozen all are thawed, and the timers stay: it may freeze yet', async () => {
  const { ask, ran } = await askedMachine({ fails: 'fsfreeze --freeze /srv/more' });
  expect(await ask({ ask: 'freeze' })).toMatchObject({ result: 'failed', code: 'process.failed', paths: [] });
  const after = ran.slice(ran.indexOf('fsfreeze --freeze /srv/more') + 1);
  expect(after).toEqual([
    'fsfreeze --unfreeze /srv/more',
    'fsfreeze --unfreeze /srv/data',
    'systemctl stop gandi-thaw-hook.timer',
  ]);
  expect(await ask({ ask: 'freeze' })).not.toMatchObject({ code: 'freeze.already' });
});

test('a timer that cannot be armed keeps all from being frozen', async () => {
  const { ask, ran } = await askedMachine({ fails: 'arm gandi-thaw-8-32' });
  expect(await ask({ ask: 'freeze' })).toMatchObject({ result: 'failed', code: 'process.failed' });
  expect(ran.filter((words) => words.startsWith('fsfreeze --freeze'))).toEqual([]);
});

test('trim is of one disk or of all, and of nothing that cannot be', async () => {
  const { ask, ran } = await askedMachine();
  expect(await ask({ ask: 'trim', serial: 'vol-data' })).toMatchObject({ result: 'done', paths: ['/srv/data'] });
  expect(await ask({ ask: 'trim', serial: 'vol-old' })).toMatchObject({ paths: [], leftOut: ['/srv/old'] });
  expect(await ask({ ask: 'trim', serial: 'vol-mine' })).toMatchObject({ result: 'refused', code: 'disk.unknown' });
  expect(await ask({ ask: 'trim' })).toMatchObject({ paths: ['/srv/data', '/srv/more'] });
  expect(ran).toEqual(['fstrim /srv/data', 'fstrim /srv/data', 'fstrim /srv/more']);
});

test('what lies over the folder of a disk is neither frozen nor trimmed', async () => {
  const covered = [...mounts, '40 30 0:50 / /srv/data rw - tmpfs none rw'];
  const { ask, ran } = await askedMachine({ mountinfo: covered });
  expect(await ask({ ask: 'trim', serial: 'vol-data' })).toMatchObject({ result: 'refused', code: 'mount.not-there' });
  expect(ran).toEqual([]);
  expect(await ask({ ask: 'freeze' })).toMatchObject({ result: 'refused', code: 'mount.not-there' });
  expect(ran.filter((words) => words.startsWith('fsfreeze --freeze'))).toEqual([]);
});

const operands: Readonly<Record<string, object>> = {
  detach: { serial: 'vol-data' },
  apply: { configuration: { vm_hostname: 'web2' } },
};
const everyKind = ['status', 'detach', 'trim', 'freeze', 'thaw', 'apply'];
const nothingAllowed = ['none', 'sttus', 'status detach trim freeze apply reboot'];

test.each(everyKind.flatMap((kind) => nothingAllowed.map((flag) => [kind, flag] as const)))(
  '%s runs nothing with CONFIG_HOST_REQUESTS=%j',
  async (kind, flag) => {
    const { ask, ran } = await askedMachine({ flags: `CONFIG_HOST_REQUESTS="${flag}"\n` });
    const answer = await ask({ ask: kind, id: 'a', ...operands[kind] });
    expect(answer).toMatchObject({ id: 'a', ask: kind, result: 'refused', code: 'request.switched-off' });
    expect(ran).toEqual([]);
  },
);

test('as the package ships it, a configuration is refused', async () => {
  const { ask, ran } = await askedMachine();
  expect(await ask({ ask: 'apply', ...operands.apply })).toMatchObject({ code: 'request.switched-off' });
  expect(ran).toEqual([]);
});

test('a serial that no disk has is refused', async () => {
  const { ask } = await askedMachine();
  expect(await ask({ ask: 'detach', serial: 'data' })).toMatchObject({ result: 'refused', code: 'disk.unknown' });
});

test('status is what `gandi-agent status --json` prints', async () => {
  const { ask } = await askedMachine();
  expect((await ask({ ask: 'status' })).status).toMatchObject({ version: 1, state: 'not-run' });
});
