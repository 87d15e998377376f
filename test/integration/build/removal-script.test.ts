import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { requirePrograms } from '../agent/action/loop-disk.ts';

beforeEach((context) => requirePrograms(context, { chattr: 'e2fsprogs', mountpoint: 'util-linux' }));

test('when the package is removed, the folder of an assigned disk may be written again, and its disk stays mounted', (context) => {
  const root = mkdtempSync('/var/removal-');
  const folder = join(root, 'data');
  onTestFinished(() => {
    spawnSync('umount', [folder]);
    spawnSync('chattr', ['-i', folder]);
    rmSync(root, { recursive: true });
  });
  mkdirSync(folder);
  mkdirSync(join(root, 'var/lib/gandi/protected-folders'), { recursive: true });
  writeFileSync(join(root, 'var/lib/gandi/protected-folders/0'), '/data\nmade\n');
  if (spawnSync('chattr', ['+i', folder]).status !== 0) context.skip('needs a file system with flags of files at /var');
  execFileSync('mount', ['-t', 'tmpfs', 'none', folder]);
  // What debhelper puts there is about units.
  const script = readFileSync('deb/gandi-vm-agent.postrm', 'utf8').replace('#ENABLED_UNITS#', '');
  execFileSync('sh', ['-s', 'remove'], { input: script, env: { ...process.env, DPKG_ROOT: root } });
  expect(spawnSync('mountpoint', ['--quiet', folder]).status).toBe(0);
  execFileSync('umount', [folder]);
  writeFileSync(join(folder, 'again'), '');
});
