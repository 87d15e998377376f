import { join } from 'node:path';
import { AgentError } from '../../../core/error/agent-error.ts';
import { openFiles } from '../../../core/system/files.ts';
import { makeSparseFile } from './make-sparse-file.ts';
import type { System } from '../../../core/system/system.ts';
import { mounted } from '../block-device/block-devices.ts';
import { imageKib } from '../block-device/image-size.ts';
import { type DiskLayout, placeOf, placePartitions } from '../block-device/layout.ts';
import type { FileSystemNode } from '../block-device/nodes.ts';
import { sfdiskScript } from '../block-device/sfdisk-script.ts';
import { installBootLoader } from './boot-loader.ts';
import { clampChanges } from './clamp-times.ts';
import { refuseUnmakeable } from './file-system-makers.ts';
import { uuidOf } from './identifiers.ts';
import { makeFileSystem } from './make-file-system.ts';
import { mainDisk } from './output-path.ts';
import type { OutputRequest } from './output-request.ts';
import { splitTree, type TreePart } from './split-tree.ts';
import { treeKib } from './tree-size.ts';

export interface Disk {
  readonly name: string;
  /** Of the raw image. */
  readonly path: string;
  /** The one that the outputs are called by; others get their name added. */
  readonly isMain: boolean;
  readonly layout: DiskLayout;
}

/**
 * Makes the volumes of LVM on disks that have their tables.
 * @returns the layouts with the places of the volumes
 */
export type VolumeMaker = (
  disks: readonly Pick<Disk, 'path' | 'layout'>[],
  request: OutputRequest,
  system: System,
) => Promise<DiskLayout[]>;

/**
 * Makes the raw images: a sparse file, its table, each file system with its part of the tree, and the boot loader.
 * @param makeVolumes for builds that have loop devices
 * @throws AgentError `output.too-small`, `output.file-system`, `block-device.*`
 */
export async function makeDisks(request: OutputRequest, system: System, makeVolumes?: VolumeMaker): Promise<Disk[]> {
  const { blockDevices, workFolder } = request;
  refuseUnmakeable(blockDevices, makeVolumes !== undefined);
  const placed = placePartitions(blockDevices, (await sizeInKib(request, system)) * 1024);
  const paths = new Map(placed.map(({ name }) => [name, join(workFolder, `${name}.raw`)]));
  const onPaths = (layouts: readonly DiskLayout[]) =>
    layouts.map((layout) => ({ layout, path: paths.get(layout.name) ?? '' }));
  for (const { layout, path } of onPaths(placed)) await makeEmptyDisk(layout, path, request, system);
  const layouts = (await makeVolumes?.(onPaths(placed), request, system)) ?? placed;
  await makeFileSystems(request, layouts, system);
  const disks = onPaths(layouts);
  for (const { layout, path } of disks) await installBootLoader(layout, path, openFiles(request.tree), system);
  const main = mainDisk(layouts.map(({ name }) => name));
  return disks.map(({ layout, path }) => ({ name: layout.name, path, isMain: layout.name === main, layout }));
}

/** @throws AgentError `output.too-small` before anything is made of a size that cannot hold the tree */
async function sizeInKib({ tree, size, sourceDateEpoch }: OutputRequest, system: System): Promise<number> {
  const filled = await treeKib(tree, sourceDateEpoch, system);
  const kib = imageKib(filled, size);
  if (kib > filled) return kib;
  const needed = imageKib(filled, { ...size, imageGib: undefined });
  throw new AgentError(`the tree takes ${mebibytes(filled)} MiB, and the image would have ${mebibytes(kib)}`, {
    code: 'output.too-small',
    subject: '--image-size',
    remedy: `ask for ${(needed / 1024 / 1024).toFixed(2)} GiB or more, or leave the size out`,
  });
}

function mebibytes(kib: number): number {
  return Math.round(kib / 1024);
}

async function makeEmptyDisk(layout: DiskLayout, path: string, { seed }: OutputRequest, system: System): Promise<void> {
  await makeSparseFile(system.files, path, layout.bytes);
  const ids = {
    disk: uuidOf(seed, layout.name),
    partition: (number: number) => uuidOf(seed, `${layout.name} partition ${number}`),
  };
  const script = sfdiskScript(layout, ids);
  if (script !== undefined)
    await system.processes.run('sfdisk', ['--quiet', path], { input: script, timeoutSeconds: null });
}

async function makeFileSystems(request: OutputRequest, layouts: readonly DiskLayout[], system: System): Promise<void> {
  const { blockDevices, tree, workFolder, sourceDateEpoch } = request;
  const mounts = mounted(blockDevices.nodes).filter(({ mount }) => mount.mountPoint !== 'swap');
  const points = mounts.map(({ mount }) => mount.mountPoint);
  await splitTree(tree, points, workFolder, system, async (parts) => {
    if (sourceDateEpoch !== undefined)
      for (const { folder } of parts) await clampChanges(folder, sourceDateEpoch, system);
    for (const fileSystem of blockDevices.nodes) {
      if (fileSystem.kind !== 'file-system') continue;
      const mount = mounts.find((each) => each.fileSystem === fileSystem)?.mount;
      await makeOne(
        fileSystem,
        parts.find(({ mountPoint }) => mountPoint === mount?.mountPoint),
      );
    }
  });

  async function makeOne(fileSystem: FileSystemNode, part: TreePart | undefined): Promise<void> {
    const { disk, offset, bytes } = placeOf(layouts, fileSystem.base);
    const file = join(workFolder, `${disk.name}.raw`);
    const isWholeDisk = disk.name === fileSystem.base;
    await makeFileSystem(
      { fileSystem, source: part?.folder ?? null, place: { file, offset, bytes, isWholeDisk } },
      request,
      system,
    );
  }
}
