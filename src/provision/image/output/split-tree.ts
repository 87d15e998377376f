import { join } from 'node:path';
import { AgentError } from '../../../core/error/agent-error.ts';
import { openFiles } from '../../../core/system/files.ts';
import type { System } from '../../../core/system/system.ts';

/** What goes into the file system of one mount point. */
export interface TreePart {
  readonly mountPoint: string;
  readonly folder: string;
}

/**
 * Lets somebody work with a tree in parts, one for each mount point. What lies below another mount point is moved beside
 * the tree meanwhile, with an empty folder in its place: no tool that fills a file system can leave something out.
 * @param points sorted, parents before children
 */
export async function splitTree(
  tree: string,
  points: readonly string[],
  workFolder: string,
  system: System,
  work: (parts: readonly TreePart[]) => Promise<void>,
): Promise<void> {
  const below = points.filter((point) => point !== '/');
  // Looked for before anything is moved: in the parts there is no way down any more.
  for (const point of below) await requireFolder(tree, point);
  const parts: TreePart[] = [];
  try {
    for (const [index, mountPoint] of [...below].reverse().entries()) {
      const folder = join(workFolder, `part-${index}`);
      await moveAside(join(tree, mountPoint), folder, system);
      parts.push({ mountPoint, folder });
    }
    await work([{ mountPoint: '/', folder: tree }, ...parts]);
  } finally {
    for (const { mountPoint, folder } of [...parts].reverse()) await moveBack(join(tree, mountPoint), folder, system);
  }
}

/** Made where it is missing; a link on the way may lead out of the tree, and is refused. */
async function requireFolder(tree: string, point: string): Promise<void> {
  const files = openFiles(tree);
  const names = point.split('/').filter((name) => name !== '');
  for (const [index] of names.entries()) {
    const path = `/${names.slice(0, index + 1).join('/')}`;
    const status = await files.status(path);
    if (status === undefined) await files.makeDirectory(path, 0o755);
    else if (status.type !== 'directory')
      throw new AgentError(`${path} of the tree is a ${status.type}, not a folder`, {
        code: 'output.mount-point',
        subject: point,
        remedy: 'mount it at a folder of the tree',
      });
  }
}

async function moveAside(place: string, folder: string, { processes }: System): Promise<void> {
  await processes.run('mv', ['-T', place, folder], { timeoutSeconds: null });
  await processes.run('mkdir', [place]);
  await processes.run('chown', [`--reference=${folder}`, place]);
  await processes.run('chmod', [`--reference=${folder}`, place]);
  await processes.run('touch', [`--reference=${folder}`, place]);
}

async function moveBack(place: string, folder: string, { processes }: System): Promise<void> {
  await processes.run('rmdir', [place]);
  await processes.run('mv', ['-T', folder, place], { timeoutSeconds: null });
}
