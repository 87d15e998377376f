import { expandTree } from './expand-tree.ts';
import { type Mistake, refuseIfAny } from './mistakes.ts';
import type { BlockNode, FileSystemNode, MountNode, TableNode } from './nodes.ts';
import { inOrder, mountsByPath } from './order.ts';
import { type Entry, readEntries } from './read-entries.ts';
import { readNodes } from './read-nodes.ts';
import { checkRelations } from './relations.ts';
import { type RootParameters, withRootParameters } from './root-parameters.ts';

/** Disks, tables, file systems and mounts of an image, read and checked; sizes that are shares are still open. */
export interface BlockDevices {
  /** The flat list that the description comes to. */
  readonly graph: readonly Entry[];
  readonly nodes: readonly BlockNode[];
  readonly tables: readonly TableNode[];
  /** The nodes in the order in which they are made. */
  readonly order: readonly BlockNode[];
}

/** What hooks are told of them; in the original, `getval`. */
export interface BlockDeviceValues {
  readonly rootLabel: string;
  readonly rootFileSystem: string;
  /** Empty where nothing is mounted at /boot. */
  readonly bootLabel: string;
  /** In the order of the flat list. */
  readonly mountPoints: readonly string[];
}

/**
 * Reads a description of block devices in diskimage-builder's YAML, as a tree or as a flat list.
 * @throws AgentError `block-device.*`, exit status 3
 */
export function readBlockDevices(text: string, parameters: RootParameters): BlockDevices {
  const graph = withRootParameters(expandTree(readEntries(text)), parameters);
  const nodes = readNodes(graph);
  const order = inOrder(nodes);
  checkRelations(nodes);
  return { graph, ...nodes, order };
}

/** @throws AgentError `block-device.mount` where nothing is mounted at / */
export function valuesOf({ nodes }: BlockDevices): BlockDeviceValues {
  const root = mountedAt(nodes, '/');
  if (root === undefined) refuseIfAny([noRoot]);
  return {
    rootLabel: root?.label ?? '',
    rootFileSystem: root?.type ?? '',
    bootLabel: mountedAt(nodes, '/boot')?.label ?? '',
    mountPoints: nodes.flatMap((node) => (node.kind === 'mount' ? [node.mountPoint] : [])),
  };
}

const noRoot: Mistake = { problem: 'mount', where: 'block device', what: 'nothing is mounted at /' };

export interface Mounted {
  readonly mount: MountNode;
  readonly fileSystem: FileSystemNode;
}

/** What is mounted, parents before children; swap space too. */
export function mounted(nodes: readonly BlockNode[]): Mounted[] {
  return mountsByPath(nodes).flatMap((mount) => {
    const fileSystem = nodes.find(({ name }) => name === mount.base);
    return fileSystem?.kind === 'file-system' ? [{ mount, fileSystem }] : [];
  });
}

function mountedAt(nodes: readonly BlockNode[], path: string): FileSystemNode | undefined {
  return mounted(nodes).find(({ mount }) => mount.mountPoint === path)?.fileSystem;
}
