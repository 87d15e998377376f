import { dirname, join } from 'node:path';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { readPieces } from '../../core/system/read-pieces.ts';
import type { BuildDoors } from './build-doors.ts';
import { type Bootable, loaderPaths, planPxe } from './plan-pxe.ts';

/**
 * Makes a PXE folder of a tree: what was in the folder stays, but for the files of the PreOS. They come into their places
 * once all of them are made.
 * @throws AgentError `preos.pxe-in-tree`, `preos.no-tree`, and what the plan and the tools throw: then nothing changed
 */
export async function pack(
  doors: BuildDoors,
  tree: string,
  pxeFolder: string,
  consoles: readonly string[],
): Promise<void> {
  const { files, trees, tell } = doors;
  await requireApart(doors, tree, pxeFolder);
  const { files: planned, kernel, otherKernels } = planPxe(tree, await lookFor(doors, tree), consoles);
  if (otherKernels.length > 0) tell(`Takes ${kernel}, the newest of ${otherKernels.length + 1} kernels.`);
  const isNew = (await files.status(pxeFolder)) === undefined;
  const stage = join(pxeFolder, '.preos-new');
  // What a build left that was killed.
  await trees.remove(stage);
  await trees.makeFolder(stage);
  try {
    await trees.writeFile(join(stage, 'initramfs'), initramfs(doors, tree));
    for (const file of planned) {
      const path = join(stage, file.path);
      await trees.makeFolder(dirname(path));
      await trees.writeFile(
        path,
        'from' in file ? readPieces(doors.filesOf(tree), `/${file.from}`) : text(file.content),
      );
    }
    for (const { path } of [{ path: 'initramfs' }, ...planned]) {
      await trees.makeFolder(dirname(join(pxeFolder, path)));
      await trees.move(join(stage, path), join(pxeFolder, path));
    }
    await trees.remove(stage);
  } catch (error) {
    await trees.remove(isNew ? pxeFolder : stage);
    throw error;
  }
}

async function requireApart({ trees }: BuildDoors, tree: string, pxeFolder: string): Promise<void> {
  const [inner, outer] = [await trees.realPath(pxeFolder), await trees.realPath(tree)];
  if (!`${inner}/`.startsWith(`${outer}/`)) return;
  throw new AgentError('cannot put it there: it is in the tree that it is made of', {
    code: 'preos.pxe-in-tree',
    subject: pxeFolder,
    remedy: 'give a folder beside the tree',
  });
}

async function lookFor({ filesOf }: BuildDoors, tree: string): Promise<Bootable> {
  const files = filesOf(tree);
  const has = async (path: string) => (await files.status(`/${path}`))?.type === 'file';
  return {
    kernels: (await files.list('/boot')).filter((name) => /^vmlinuz-/.test(name)),
    hasPxelinux: await has(loaderPaths.pxelinux),
    hasLdlinux: await has(loaderPaths.ldlinux),
    hasGrub: await has(loaderPaths.grub),
    hasShim: await has(loaderPaths.shim),
  };
}

/**
 * The whole tree as the kernel unpacks it: an archive of cpio's format newc, compressed by zstd, which a kernel reads from
 * 5.9 on. Sorted, so that the same tree makes the same archive. Debian 12 comes to 98 MB by level 10, for 20 s of one
 * processor, and to 110 MB by level 3.
 */
function initramfs({ processes: { pipe } }: BuildDoors, tree: string): AsyncIterable<Uint8Array> {
  const found = pipe('find', [tree, '-xdev', '-mindepth', '1', '-printf', String.raw`%P\0`], text(''));
  const sorted = pipe('sort', ['--zero-terminated'], found);
  const archive = ['--null', '--create', '--format=newc', '--quiet', '--owner=+0:+0', '--directory', tree];
  return pipe('zstd', ['-10', '--threads=0', '--quiet', '--stdout'], pipe('cpio', archive, withTop(sorted)));
}

async function* withTop(names: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield Buffer.from('.\0');
  yield* names;
}

async function* text(content: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(content);
}

/** @throws AgentError `preos.tree-kept` for a folder that no build made */
export async function removeTree({ processes }: BuildDoors, tree: string): Promise<void> {
  if (tree === '/')
    throw new AgentError('cannot remove it: it is the whole machine', {
      code: 'preos.tree-kept',
      subject: tree,
      remedy: 'give the folder of a PreOS',
      exitCode: ExitCode.refusedToProtectData,
    });
  // rm(1) stays out of what is mounted in it.
  await processes.run('rm', ['-rf', '--one-file-system', '--', tree], { timeoutSeconds: null });
}
