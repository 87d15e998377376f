import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { mountOverlay, reasonAgainstOverlay } from '../../build/overlay.ts';

describe('a unit starts its stage', async () => {
  const reason = await reasonAgainstOverlay();
  let folder = '';
  let root = '';

  beforeAll(async () => {
    if (reason !== undefined) return;
    folder = await mkdtemp(join(tmpdir(), 'gandi-stage-'));
    await execa('mount', ['-t', 'tmpfs', 'none', folder]);
    root = await mountOverlay(folder);
    const programs = join(root, 'usr/lib/gandi');
    await mkdir(programs, { recursive: true });
    await copyFile('libexec/start-stage', join(programs, 'start-stage'));
    await writeFile(join(programs, 'gandi-agent'), '#!/bin/sh\necho "ran $*"\nexit 4\n', { mode: 0o755 });
  });
  beforeEach(async ({ skip }) => {
    skip(reason !== undefined, reason);
    await rm(join(root, 'run/gandi'), { recursive: true, force: true });
  });
  afterAll(async () => {
    if (folder === '') return;
    await execa('umount', ['--recursive', '--lazy', folder]);
    await rm(folder, { recursive: true });
  });

  const put = async (path: string, text: string) => {
    await mkdir(join(root, 'run/gandi', path, '..'), { recursive: true });
    await writeFile(join(root, 'run/gandi', path), text);
  };
  const start = async (stage: string) => {
    const { stdout, exitCode } = await execa('chroot', [root, '/usr/lib/gandi/start-stage', stage], { reject: false });
    return { stdout, exitCode };
  };
  const ran = (stage: string) => ({ stdout: `ran ${stage}`, exitCode: 4 });
  const ended = { stdout: '', exitCode: 0 };

  test('by the agent, whose exit status is its own', async () => {
    expect(await start('config')).toEqual(ran('config'));
  });

  test('not where bootstrap has ended it; when it is started again, it runs', async () => {
    await put('idle/config', 'nothing to do\n');
    expect(await start('config')).toEqual(ended);
    expect(await start('config')).toEqual(ran('config'));
  });

  test('the mark of one stage is not that of another', async () => {
    await put('idle/config', 'nothing to do\n');
    expect(await start('postboot')).toEqual(ran('postboot'));
  });

  test.each(['spool/17-disk', 'disks/sdb@3.json'])('a disk that came meanwhile is waited for: %s', async (file) => {
    await put('idle/mount', 'nothing to do\n');
    await put('idle/postboot', 'nothing to do\n');
    await put(file, '');
    expect(await start('mount')).toEqual(ran('mount'));
    expect(await start('postboot')).toEqual(ended);
  });

  test('a NIC that came meanwhile is not waited for', async () => {
    await put('idle/mount', 'nothing to do\n');
    await put('spool/17-nic', '');
    expect(await start('mount')).toEqual(ended);
  });

  test('the hotplug service runs for an event, and not for an empty spool', async () => {
    expect(await start('hotplug')).toEqual(ended);
    await put('spool/17-nic', '');
    expect(await start('hotplug')).toEqual(ran('hotplug'));
  });
});
