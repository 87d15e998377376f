import { expect, test } from 'vitest';
import { untouchedRecord, writeDiskRecord } from '../../../../src/agent/disk/disk-records.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { answerLine } from '../../../../src/agent/host-request/answer-line.ts';
import { hostAnswerSchema } from '../../../../src/agent/host-request/host-answer.ts';
import { AgentError } from '../../../../src/core/error/agent-error.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const mounts = [
  '30 1 8:16 / /srv/data rw,nosuid - ext4 /dev/sdb rw',
  '31 1 8:32 / /srv/more rw,nosuid - xfs /dev/sdc rw',
  '32 1 8:48 / /srv/old ro,nosuid - ext4 /dev/sdd ro',
  '33 1 8:64 / /srv/dos rw,nosuid - vfat /dev/sde rw',
  '34 1 8:80 / /srv/mine rw - ext4 /dev/sdf rw',
];

const disks = { sdb: ['8:16', 'data'], sdc: ['8:32', 'more'], sdd: ['8:48', 'old'], sde: ['8:64', 'dos'] };

interface Options {
  readonly mountinfo?: readonly string[];
  readonly flags?: string;
  /** Program and arguments, from their start, that fail. */
  readonly fails?: string;
}

/** A machine with four disks that the agent mounted, and one that somebody else did. */
async function machine({ mountinfo = mounts, flags = '', fails }: Options = {}) {
  const { system: tree } = await machineTree({ '/proc/self/mountinfo': `${mountinfo.join('\n')}\n` });
  const ran: string[] = [];
  const run = async (tool: string, args: readonly string[]) => {
    const words = short(tool, args);
    ran.push(words);
    if (fails !== undefined && words.startsWith(fails)) {
      throw new AgentError('it fails', { code: 'process.failed', subject: words, remedy: 'none' });
    }
    return { exitCode: 0, stdout: '', stderr: '' };
  };
  const system = { ...tree, root: '/', processes: { ...tree.processes, run } } as typeof tree;
  for (const [name, [majorMinor = '', folder]] of Object.entries(disks)) {
    const device = { name, path: `/dev/${name}`, majorMinor, diskSequence: 7, serial: `vol-${folder}` };
    const record = untouchedRecord(device as Parameters<typeof untouchedRecord>[0]);
    await writeDiskRecord(system, { ...record, mountPoint: `/srv/${folder}` });
  }
  const ask = async (request: object) => {
    const line = JSON.stringify({ version: 1, ...request });
    return hostAnswerSchema.parse(JSON.parse(await answerLine(line, parseFlags(flags).flags, system)));
  };
  return { ask, ran };
}

/** `arm gandi-thaw-8-16 20s /srv/data` for the timer, of which only the first time is told. */
function short(tool: string, args: readonly string[]): string {
  const optionOf = (start: string) => args.find((arg) => arg.startsWith(start))?.slice(start.length);
  if (tool !== 'systemd-run') return [tool, ...args].join(' ');
  return `arm ${optionOf('--unit=')} ${optionOf('--timer-property=OnActiveSec=')} ${args.at(-1)}`;
}

test('timers that thaw are armed before the first file system is frozen, and only what the agent mounted is', async () => {
  const { ask, ran } = await machine();
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
  const { ask, ran } = await machine();
  await ask({ ask: 'freeze' });
  const before = ran.length;
  expect(await ask(request)).toMatchObject({ result: 'refused', code });
  expect(ran).toHaveLength(before);
});

test('a thaw thaws all, and takes the timers back only then', async () => {
  const { ask, ran } = await machine();
  await ask({ ask: 'freeze' });
  ran.length = 0;
  expect(await ask({ ask: 'thaw' })).toMatchObject({ result: 'done', paths: ['/srv/data', '/srv/more'] });
  expect(ran).toEqual([
    'fsfreeze --unfreeze /srv/more',
    'fsfreeze --unfreeze /srv/data',
    'systemctl stop gandi-thaw-8-16.timer',
    'systemctl stop gandi-thaw-8-32.timer',
  ]);
  ran.length = 0;
  expect(await ask({ ask: 'thaw' })).toMatchObject({ result: 'done', paths: [] });
  expect(ran).toEqual([]);
});

test('a thaw that fails leaves the timers', async () => {
  const { ask, ran } = await machine({ fails: 'fsfreeze --unfreeze /srv/data' });
  await ask({ ask: 'freeze' });
  ran.length = 0;
  expect(await ask({ ask: 'thaw' })).toMatchObject({ result: 'failed', code: 'process.failed' });
  expect(ran.filter((words) => words.startsWith('systemctl'))).toEqual([]);
});

test('where one cannot be frozen all are thawed, and the timers stay: it may freeze yet', async () => {
  const { ask, ran } = await machine({ fails: 'fsfreeze --freeze /srv/more' });
  expect(await ask({ ask: 'freeze' })).toMatchObject({ result: 'failed', code: 'process.failed', paths: [] });
  const after = ran.slice(ran.indexOf('fsfreeze --freeze /srv/more') + 1);
  expect(after).toEqual(['fsfreeze --unfreeze /srv/more', 'fsfreeze --unfreeze /srv/data']);
  expect(await ask({ ask: 'freeze' })).not.toMatchObject({ code: 'freeze.already' });
});

test('a timer that cannot be armed keeps all from being frozen', async () => {
  const { ask, ran } = await machine({ fails: 'arm gandi-thaw-8-32' });
  expect(await ask({ ask: 'freeze' })).toMatchObject({ result: 'failed', code: 'process.failed' });
  expect(ran.filter((words) => words.startsWith('fsfreeze --freeze'))).toEqual([]);
});

test('trim is of one disk or of all, and of nothing that cannot be', async () => {
  const { ask, ran } = await machine();
  expect(await ask({ ask: 'trim', serial: 'vol-data' })).toMatchObject({ result: 'done', paths: ['/srv/data'] });
  expect(await ask({ ask: 'trim', serial: 'vol-old' })).toMatchObject({ paths: [], leftOut: ['/srv/old'] });
  expect(await ask({ ask: 'trim', serial: 'vol-mine' })).toMatchObject({ result: 'refused', code: 'disk.unknown' });
  expect(await ask({ ask: 'trim' })).toMatchObject({ paths: ['/srv/data', '/srv/more'] });
  expect(ran).toEqual(['fstrim /srv/data', 'fstrim /srv/data', 'fstrim /srv/more']);
});

test('what lies over the folder of a disk is neither frozen nor trimmed', async () => {
  const covered = [...mounts, '40 30 0:50 / /srv/data rw - tmpfs none rw'];
  const { ask, ran } = await machine({ mountinfo: covered });
  expect(await ask({ ask: 'trim', serial: 'vol-data' })).toMatchObject({ result: 'refused', code: 'mount.not-there' });
  expect(ran).toEqual([]);
  expect(await ask({ ask: 'freeze' })).toMatchObject({ result: 'refused', code: 'mount.not-there' });
  expect(ran.filter((words) => words.startsWith('fsfreeze --freeze'))).toEqual([]);
});

const everyKind = ['status', 'detach', 'trim', 'freeze', 'thaw'];
const nothingAllowed = ['none', 'sttus', 'status detach trim freeze reboot'];

test.each(everyKind.flatMap((kind) => nothingAllowed.map((flag) => [kind, flag] as const)))(
  '%s runs nothing with CONFIG_HOST_REQUESTS=%j',
  async (kind, flag) => {
    const { ask, ran } = await machine({ flags: `CONFIG_HOST_REQUESTS="${flag}"\n` });
    const answer = await ask({ ask: kind, id: 'a', ...(kind === 'detach' ? { serial: 'vol-data' } : {}) });
    expect(answer).toMatchObject({ id: 'a', ask: kind, result: 'refused', code: 'request.switched-off' });
    expect(ran).toEqual([]);
  },
);

test('a serial that no disk has is refused', async () => {
  const { ask } = await machine();
  expect(await ask({ ask: 'detach', serial: 'data' })).toMatchObject({ result: 'refused', code: 'disk.unknown' });
});

test('status is what `gandi-agent status --json` prints', async () => {
  const { ask } = await machine();
  expect((await ask({ ask: 'status' })).status).toMatchObject({ version: 1, state: 'not-run' });
});
