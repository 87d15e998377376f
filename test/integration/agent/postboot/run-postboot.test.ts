import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const mark = '/run/gandi/postboot-idle';
const long = new Date('2026-01-01T00:00:00Z');
const later = new Date('2026-01-01T00:00:01Z');

/** The program, in a tree of its own: in the place of the agent it writes down that it was started. */
function machine(files: readonly string[]) {
  const root = mkdtempSync(join(tmpdir(), 'gandi-postboot-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const write = (path: string, time: Date) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '');
    for (const each of [path, dirname(path)]) utimesSync(join(root, each), time, time);
  };
  for (const path of ['/etc/default/gandi', '/var/lib/gandi/postboot.json', ...files]) write(path, long);
  const agent = join(root, 'agent');
  writeFileSync(agent, `#!/bin/sh\necho "$*" >>${root}/started\n`, { mode: 0o755 });
  const text = readFileSync('libexec/run-postboot', 'utf8')
    .replace('/usr/lib/gandi/gandi-agent', agent)
    .replaceAll(/(?<=[ =])\/(?=run\/|gandi|var\/|etc\/)/g, `${root}/`);
  writeFileSync(join(root, 'run-postboot'), text, { mode: 0o755 });
  const started = () => {
    execFileSync(join(root, 'run-postboot'));
    const path = join(root, 'started');
    const count = existsSync(path) ? readFileSync(path, 'utf8') : '';
    rmSync(path, { force: true });
    return count;
  };
  return { started, write };
}

test('it ends at once where there is nothing to run, once', () => {
  const { started } = machine([mark, '/gandi/config', '/gandi/script']);
  expect(started()).toBe('');
  expect(started()).toBe('postboot\n');
});

test('without the mark the stage runs', () => {
  expect(machine([]).started()).toBe('postboot\n');
});

test.each([
  '/gandi/script',
  '/gandi/config',
  '/var/lib/gandi/postboot.json',
  '/etc/default/gandi',
  '/etc/sysconfig/gandi',
])('the stage runs where %s is newer than the look at it', (path) => {
  const { started, write } = machine([mark]);
  write(path, later);
  expect(started()).toBe('postboot\n');
});
