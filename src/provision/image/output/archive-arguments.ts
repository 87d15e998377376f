import type { OutputType } from './output-types.ts';

export interface ArchiveTool {
  readonly tool: string;
  readonly args: readonly string[];
}

export interface Archive {
  readonly type: Extract<OutputType, 'tar' | 'tgz' | 'squashfs'>;
  readonly tree: string;
  readonly file: string;
  /** DIB_GZIP_BIN: a program that takes the options of gzip. */
  readonly gzip?: string | undefined;
  readonly sourceDateEpoch?: number | undefined;
}

/**
 * The program that makes an archive of a tree, with owners as numbers and every attribute. The names of /proc and /sys are
 * left out, as diskimage-builder does, and what is in /dev: it would be the devices of this machine.
 */
export function archiveTool({ type, tree, file, gzip = 'gzip', sourceDateEpoch }: Archive): ArchiveTool {
  if (type === 'squashfs') return { tool: 'mksquashfs', args: squashfs(tree, file) };
  const compressed = type === 'tgz' ? [`--use-compress-program=${gzip} -9`] : [];
  return { tool: 'tar', args: ['-C', tree, ...compressed, ...tarOptions(sourceDateEpoch), '-cf', file, '.'] };
}

function tarOptions(sourceDateEpoch: number | undefined): string[] {
  return [
    '--sort=name',
    '--numeric-owner',
    '--format=posix',
    // Times of reading and of change differ from build to build, and no reader of an image asks for them.
    '--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime',
    ...(sourceDateEpoch === undefined ? [] : [`--mtime=@${sourceDateEpoch}`, '--clamp-mtime']),
    '--xattrs',
    '--xattrs-include=*',
    '--exclude=./sys',
    '--exclude=./proc',
    '--exclude=./dev/*',
  ];
}

function squashfs(tree: string, file: string): string[] {
  const contents = ['proc/*', 'sys/*', 'dev/*'];
  return [
    tree,
    file,
    '-comp',
    'xz',
    '-noappend',
    '-no-recovery',
    '-no-progress',
    '-quiet',
    '-wildcards',
    '-e',
    ...contents,
  ];
}
