import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadUdevAddon, type UdevAddon } from '../../../../src/core/block-device/udev-addon.ts';
import { findProperties } from '../../../../src/core/block-device/udev-properties.ts';

function built(): UdevAddon {
  const addon = loadUdevAddon('dist');
  if (addon === undefined) throw new Error('dist/udev.node cannot be loaded');
  return addon;
}

test('node-udev says of every device what udevadm says of it', () => {
  const addon = built();
  const names = addon.list('block').flatMap(({ DEVNAME }) => DEVNAME ?? []);
  expect(names.length).toBeGreaterThan(0);
  // Other tests attach and detach loop devices meanwhile.
  for (const name of names.filter((each) => !each.startsWith('/dev/loop'))) {
    const said = execFileSync('udevadm', ['info', '--query=property', `--name=${name}`], { encoding: 'utf8' });
    const lines = Object.entries(findProperties(addon, name) ?? {}).map(([key, value]) => `${key}=${value}`);
    expect(lines.sort()).toEqual(said.trim().split('\n').sort());
  }
});

test('what is not a device node of its own is for udevadm', () => {
  expect(findProperties(built(), '/dev/disk/by-id/none')).toBeUndefined();
});

test('listing leaks nothing: 1,000 lists grow a process by less than 2 MB', () => {
  const script = `
    const module = { exports: {} };
    process.dlopen(module, require('node:path').resolve('dist/udev.node'));
    const list = (times) => {
      for (let time = 0; time < times; time++) module.exports.list('block');
      gc();
      return process.memoryUsage.rss();
    };
    const before = list(200);
    console.log(list(1000) - before);`;
  const grown = execFileSync(process.execPath, ['--expose-gc', '--lite-mode', '--eval', script], { encoding: 'utf8' });
  expect(Number(grown)).toBeLessThan(2 * 1024 * 1024);
});

test('a file that is not an addon, and none at all, are no failure', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'udev-addon-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  expect(loadUdevAddon(folder)).toBeUndefined();
  await writeFile(join(folder, 'udev.node'), 'no addon');
  expect(loadUdevAddon(folder)).toBeUndefined();
});

test('the executable loads it from beside itself, and starts no udevadm', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'udev-addon-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const output = join(folder, 'trace');
  const [disk = ''] = built()
    .list('block')
    .flatMap(({ DEVNAME }) => DEVNAME ?? []);
  const trace = ['--follow-forks', '--trace=openat,execve', `--output=${output}`];
  execFileSync('strace', [...trace, 'dist/gandi-agent', 'disk', 'explain', disk]);
  const said = await readFile(output, 'utf8');
  expect(said).toContain('/dist/udev.node');
  expect(said).not.toContain('udevadm');
});
