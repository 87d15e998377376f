import { spawnSync } from 'node:child_process';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const script = join(import.meta.dirname, 'listen-and-log.ts');

/** @param isTheJournal whether standard error is the journal's stream: a file, that says so of itself */
async function logged(lines: number, { listen = true, isTheJournal = false } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'system-log-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const socket = listen ? join(folder, 'log') : '';
  const args = ['--disable-warning=ExperimentalWarning', script, socket, String(lines)];
  const file = join(folder, 'stderr');
  const descriptor = openSync(file, 'w');
  const { dev, ino } = fstatSync(descriptor);
  const { stdout, status } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', descriptor],
    env: isTheJournal ? { ...process.env, JOURNAL_STREAM: `${dev}:${ino}` } : process.env,
  });
  closeSync(descriptor);
  const stderr = await readFile(file, 'utf8');
  expect(status, stderr).toBe(0);
  return { arrived: JSON.parse(stdout) as string[], said: stderr.split('\n').filter((line) => line !== '') };
}

test('a line arrives whole at the first log that is there, and standard error says it to the one who looks on', async () => {
  const { arrived, said } = await logged(2);
  expect(arrived).toEqual(['info gandi line 1', 'info gandi line 2']);
  expect(said).toEqual(['line 1', 'line 2']);
});

test('where no log listens, standard error has the lines', async () => {
  expect((await logged(2, { listen: false })).said).toEqual(['line 1', 'line 2']);
});

test('a log that does not read in time keeps nobody waiting, and no line is lost', async () => {
  // The kernel keeps /proc/sys/net/unix/max_dgram_qlen datagrams for a reader, 10 to 512.
  const { arrived, said } = await logged(2000);
  expect(arrived.length).toBeLessThan(2000);
  expect(said).toHaveLength(2000);
});

test('where standard error is the journal too, each line is said once: to its socket, or else there', async () => {
  const { arrived, said } = await logged(2, { isTheJournal: true });
  expect([arrived, said]).toEqual([['info gandi line 1', 'info gandi line 2'], []]);
  const storm = await logged(2000, { isTheJournal: true });
  expect(storm.arrived.length + storm.said.length).toBe(2000);
  expect((await logged(1, { isTheJournal: true, listen: false })).said).toEqual(['<6>line 1']);
});

/** What `gandi-agent config --dry-run` says on standard error where the flags file has these lines. */
function saidWith(...flags: string[]): string[] {
  const inTree = `mount -t tmpfs none /etc/default && printf '%s\\n' "$@" >/etc/default/gandi && dist/gandi-agent config --dry-run`;
  const { stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', inTree, 'sh', ...flags], { encoding: 'utf8' });
  return stderr.split('\n').filter((line) => line !== '');
}

test('the executable can call the C library, and no warning of Node is among its lines', () => {
  expect(saidWith('CONFIG_CRON=yes')).toEqual([expect.stringMatching(/^.*CONFIG_CRON/)]);
});

test('CONFIG_LOG_LEVEL says how much is written', () => {
  expect(saidWith('CONFIG_CRON=yes', 'CONFIG_LOG_LEVEL=error')).toEqual([]);
  const all = saidWith('CONFIG_CRON=yes', 'CONFIG_LOG_LEVEL=debug');
  expect(all).toContainEqual(expect.stringMatching(/^run tool=/));
});
