import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { payloadOffset, readAt, requirePrograms } from '../action/loop-disk.ts';
import { golden } from './image-tree.ts';
import { startMachine, type WholeMachine } from './whole-machine.ts';

const MINUTE = 60_000;
const programs = { strace: 'strace', useradd: 'passwd', mkswap: 'util-linux', unshare: 'util-linux', depmod: 'kmod' };

beforeEach((context) => requirePrograms(context, programs));

/** What changes files and disks, by the names of x86-64; `write` is done by file below, as a pipe is written to as well. */
const calls = [
  'rename',
  'fsync',
  'mkdir',
  'unlink',
  'fchown',
  'fchmod',
  'pwrite64',
  'symlink',
  'rmdir',
  'chmod',
] as const;
const errors = ['ENOSPC', 'EIO', 'EROFS'] as const;

// A write(2) that fails is in full-disk.test.ts: strace finds it by the path, and a new file has a random name.
const writing: readonly string[] = ['rename', 'fsync', 'pwrite64'];

// Left by the agent when it is killed and by the account tools; the next run clears away or takes over the former.
const isPassing = /\.gandi-new(?:[/-]|$)|^etc\/(?:passwd|shadow|group|gshadow|subuid|subgid)$|^home\/admin(?:$|\/)/;

const payload = process.getuid?.() === 0 ? makeFullPayload() : Buffer.alloc(0);
let whole: {
  readonly changes: Record<string, string>;
  /** How often each call is made; and how often for the files below /run, which tell of the run itself. */
  readonly counts: ReadonlyMap<string, number>;
  readonly ofStatus: ReadonlyMap<string, number>;
};

/** A configuration, a script and modules for the kernel that runs here. */
function makeFullPayload(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'payload-'));
  try {
    const tree = join(folder, 'lib/modules', release());
    mkdirSync(join(tree, 'kernel'), { recursive: true });
    writeFileSync(join(tree, 'kernel/a.ko'), 'module');
    writeFileSync(join(tree, 'modules.order'), 'kernel/a.ko\n');
    mkdirSync(join(folder, 'gandi'));
    writeFileSync(join(folder, 'gandi/config'), readFileSync(join(golden, 'config.json')));
    writeFileSync(join(folder, 'gandi/script'), '#!/bin/sh\necho hello\n');
    execFileSync('tar', ['-C', folder, '-czf', join(folder, 'gandi', `${release()}-modules.tar.gz`), 'lib']);
    return execFileSync('tar', ['-C', folder, '--blocking-factor=1', '-c', 'gandi']);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** An undisturbed first boot: what it changes, and how often it makes each call. */
function undisturbed(): typeof whole {
  const machine = startMachine(payload);
  const seen = join(machine.root, 'run/calls');
  const tracer = [
    'strace',
    '--quiet=all',
    '--follow-forks',
    '--detach-on=execve',
    '--output=/run/calls',
    '--decode-fds=path',
  ];
  expect(machine.bootstrap([...tracer, `--trace=${calls.join(',')}`])).toBe(0);
  const lines = readFileSync(seen, 'utf8').split('\n');
  rmSync(seen);
  const count = (found: readonly string[]) =>
    new Map(calls.map((call) => [call, found.filter((line) => line.includes(` ${call}(`)).length]));
  const ofStatus = lines.filter((line) => /<\/run[/>]|"\/run\//.test(line));
  const changes = changesOf(machine);
  machine.end();
  return { changes, counts: count(lines), ofStatus: count(ofStatus) };
}

const isWiped = ({ disk }: WholeMachine) =>
  readAt(disk.path, payloadOffset, payload.length).every((byte) => byte === 0);
const isKept = ({ disk }: WholeMachine) => readAt(disk.path, payloadOffset, payload.length).equals(payload);

/** All but /run, which a reboot empties. */
function changesOf(machine: WholeMachine): Record<string, string> {
  const kept = Object.entries(machine.changes()).filter(([path]) => !/^run(?:\/|$)/.test(path));
  return Object.fromEntries(kept);
}

/** What must be true of a machine whose first boot did not come to its end, and of the boot that follows. */
function expectRecovery(machine: WholeMachine, status: number | null, what: string): void {
  const now = changesOf(machine);
  for (const [path, content] of Object.entries(now).filter(([name]) => !isPassing.test(name))) {
    const isWhole = content.endsWith(' folder') || consumed(content) === whole.changes[path];
    expect(isWhole, `${path} after ${what}: ${content}`).toBe(true);
  }
  const isRecorded = 'var/lib/gandi/applied.json' in now;
  if (status !== 0 && !isRecorded) expect(isKept(machine), `payload after ${what}`).toBe(true);
  expect(machine.bootstrap(), `the next boot after ${what}`).toBe(0);
  expect(changesOf(machine), what).toEqual(whole.changes);
  expect({ what, wiped: isWiped(machine), swaps: machine.swaps() }).toEqual({ what, wiped: true, swaps: true });
}

function disturbed(injection: string, more: readonly string[], what: string): number | null {
  const log = ['--quiet=all', '--output=/dev/null', '--follow-forks', '--detach-on=execve'];
  const machine = startMachine(payload);
  const status = machine.bootstrap(['strace', ...log, ...more, `--inject=${injection}`]);
  expectRecovery(machine, status, what);
  machine.end();
  return status;
}

describe('a first boot with a payload of every part, on a machine of its own', () => {
  test('applies, records, wipes and swaps', { timeout: MINUTE }, () => {
    whole = undisturbed();
    expect(Object.keys(whole.changes)).toEqual(
      expect.arrayContaining([
        'etc/hostname',
        'gandi/script',
        'home/admin/.ssh/authorized_keys',
        'var/lib/gandi/applied.json',
      ]),
    );
    expect([...whole.counts.values()].reduce((sum, count) => sum + count)).toBeGreaterThan(80);
  });

  test.for(calls)(
    '%s fails once, with ENOSPC, EIO or EROFS: the payload is kept, the next boot succeeds',
    {
      timeout: 30 * MINUTE,
    },
    (call) => {
      const count = whole.counts.get(call) ?? 0;
      let failures = 0;
      for (let nth = 1; nth <= count; nth += 1) {
        const error = errors[nth % errors.length];
        const status = disturbed(`${call}:error=${error}:when=${nth}`, [`--trace=${call}`], `${call} ${nth} ${error}`);
        failures += status === 0 ? 0 : 1;
      }
      // What cleans up may fail without harm; what writes may not, but for the status of the run itself.
      if (writing.includes(call)) expect(failures).toBe(count - (whole.ofStatus.get(call) ?? 0));
    },
  );

  test.for(calls)(
    'SIGKILL at every %s: the next boot ends in the same tree, byte for byte',
    {
      timeout: 30 * MINUTE,
    },
    (call) => {
      const count = whole.counts.get(call) ?? 0;
      for (let nth = 1; nth <= count; nth += 1) {
        const what = `SIGKILL at ${call} ${nth}`;
        expect(disturbed(`${call}:signal=KILL:when=${nth}`, [`--trace=${call}`], what), what).not.toBe(0);
      }
    },
  );
});

/** The record is written twice, first without this. */
function consumed(record: string): string {
  return record.replace('"consumed": false', '"consumed": true');
}
