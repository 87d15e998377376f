import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { execa } from 'execa';
import type { RecordedImage } from './recorded-build.ts';

/** What an image tells of itself, of the things that were recorded of it. */
export async function imageTold(path: string, recorded: RecordedImage): Promise<RecordedImage> {
  if (recorded.names !== undefined) return checksumTold(path);
  if (recorded.format === 'squashfs') return { format: await squashfsOrNot(path) };
  const { stdout } = await execa('qemu-img', ['info', '--output=json', path]);
  const info = JSON.parse(stdout);
  return {
    format: info.format,
    ...(recorded.virtual_size === undefined ? {} : { virtual_size: info['virtual-size'] }),
    ...(recorded.compat === undefined ? {} : { compat: info['format-specific'].data.compat }),
    ...(recorded.compressed === undefined ? {} : { compressed: await isCompressed(path) }),
    ...(recorded.fs === undefined ? {} : { fs: await fileSystemTold(path, recorded.fs) }),
  };
}

async function checksumTold(path: string): Promise<RecordedImage> {
  const kind = path.endsWith('.md5') ? 'md5' : 'sha256';
  const [sum = '', name = ''] = (await readFile(path, 'utf8')).trim().split(/\s+\*?/);
  const content = await readFile(path.replace(/\.\w+$/, ''));
  return { names: basename(name), right: createHash(kind).update(content).digest('hex') === sum };
}

async function squashfsOrNot(path: string): Promise<string> {
  const file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
  await file.close();
  return buffer.toString() === 'hsqs' ? 'squashfs' : buffer.toString('hex');
}

async function isCompressed(path: string): Promise<boolean> {
  const { stdout } = await execa('qemu-img', ['check', '--output=json', path]);
  return (JSON.parse(stdout)['compressed-clusters'] ?? 0) > 0;
}

type FileSystem = NonNullable<RecordedImage['fs']>;

async function fileSystemTold(path: string, recorded: FileSystem): Promise<FileSystem> {
  const { stdout } = await execa('blkid', ['-p', '-o', 'export', path]);
  const probed = new Map(stdout.split('\n').map((line) => line.split('=') as [string, string]));
  const known = {
    type: probed.get('TYPE') ?? '',
    ...(recorded.label === undefined ? {} : { label: probed.get('LABEL') ?? '' }),
    ...(recorded.uuid === undefined ? {} : { uuid: probed.get('UUID') ?? '' }),
  };
  if (!known.type.startsWith('ext')) return known;
  const { stdout: told } = await execa('dumpe2fs', ['-h', path]);
  const field = (name: string) => new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(told)?.[1] ?? '';
  const number = (name: string) => Number(field(name));
  return {
    ...known,
    ...(recorded.journal === undefined ? {} : { journal: field('Total journal size') || field('Journal size') }),
    ...(recorded.has_journal === undefined
      ? {}
      : { has_journal: field('Filesystem features').includes('has_journal') }),
    ...(recorded.bytes_per_inode === undefined
      ? {}
      : {
          bytes_per_inode:
            1024 * Math.round((number('Block size') * number('Block count')) / number('Inode count') / 1024),
        }),
    ...(recorded.reserved_percent === undefined
      ? {}
      : { reserved_percent: Math.round((100 * number('Reserved block count')) / number('Block count')) }),
  };
}
