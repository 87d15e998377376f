import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { requirePrograms } from '../agent/action/loop-disk.ts';
import { openWorkshop, type Workshop } from './own-build.ts';

const files = ['tar', 'raw', 'qcow2', 'tgz', 'image.json', 'cdx.json'].map((ending) => `image.${ending}`);

let workshop: Workshop;
beforeEach(async () => {
  workshop = await openWorkshop();
});
afterEach(() => workshop.remove());

test('two builds of one input with SOURCE_DATE_EPOCH are the same bytes', { timeout: 180_000 }, async (context) => {
  if (process.getuid?.() !== 0) context.skip('these builds are those of root');
  await workshop.element(
    'own/install.d/50-own',
    '#!/bin/sh\nmkdir /made; echo text >/made/later; chmod 4755 /made/later\n',
  );
  await workshop.element(
    'own/block-device-default.yaml',
    [
      '- local_loop:',
      '    name: image0',
      '    partitioning:',
      '      label: gpt',
      '      partitions:',
      '        - {name: ESP, type: EF00, size: 40MiB, mkfs: {type: vfat, mount: {mount_point: /boot/efi, fstab: {}}}}',
      '        - {name: root, size: 100%, mkfs: {type: ext4, mount: {mount_point: /, fstab: {}}}}',
      '',
    ].join('\n'),
  );
  const build = async () => {
    const words = ['image', 'build', '-n', '--image-size', '0.1', '-t', 'tar,raw,qcow2,tgz', 'tiny-os', 'own'];
    const { status, lines } = await workshop.start(words, { environment: { SOURCE_DATE_EPOCH: '1700000000' } }).ended;
    expect(status, lines.slice(-10).join('\n')).toBe(0);
    const contents = await Promise.all(files.map((name) => readFile(join(workshop.out, name))));
    await Promise.all(files.map((name) => rm(join(workshop.out, name))));
    return contents;
  };
  const first = await build();
  const second = await build();
  for (const [index, content] of first.entries())
    expect(content.equals(second[index] ?? Buffer.alloc(0)), files[index]).toBe(true);
});

test('and so are two builds of one XFS, of some ten thousand files', { timeout: 180_000 }, async (context) => {
  if (process.getuid?.() !== 0) context.skip('these builds are those of root');
  requirePrograms(context, { 'mkfs.xfs': 'xfsprogs', xfs_db: 'xfsprogs', xfs_repair: 'xfsprogs' });
  const many = 'mkdir /many; n=0; while [ $n -lt 25000 ]; do : >/many/file$n; n=$((n + 1)); done';
  await workshop.element(
    'own/install.d/50-own',
    `#!/bin/sh\nmkdir /made; echo text >/made/later; chmod 1777 /made\n${many}\n`,
  );
  const environment = { SOURCE_DATE_EPOCH: '1700000000', FS_TYPE: 'xfs' };
  const [raw, first] = [join(workshop.out, 'image.raw'), join(workshop.folder, 'first.raw')];
  const build = async () => {
    const words = ['image', 'build', '-n', '--image-size', '0.4', '-t', 'raw', 'tiny-os', 'own'];
    const { status, lines } = await workshop.start(words, { environment }).ended;
    expect(status, lines.slice(-10).join('\n')).toBe(0);
  };
  await build();
  await rename(raw, first);
  await build();
  await execa('cmp', [raw, first]);
  await execa('xfs_repair', ['-n', '-f', first]);
  const { stdout } = await execa('xfs_db', ['-r', '-c', 'path /made/later', '-c', 'print v3.crtime.sec', first], {
    env: { TZ: 'UTC' },
  });
  expect(stdout).toContain('Tue Nov 14 22:13:20 2023');
});
