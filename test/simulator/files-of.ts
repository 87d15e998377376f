import type { Content } from '../../src/core/system/replace-file.ts';
import type { FileStatus, Files } from '../../src/core/system/files.ts';
import type { AgentProcess } from './agent-process.ts';
import { type Folder, file, folder, type Node, SystemCallError } from './file-tree.ts';
import { isInSysfs, isOfKernel, kernelLink, listKernelFolder, readKernelFile } from './kernel-view.ts';
import { openNode } from './open-node.ts';

/** The door to files, as one process of the agent has it. */
export function filesOf(agent: AgentProcess): Files {
  const { machine, laws } = agent.world;
  const read = async (path: string) => {
    await agent.touch();
    const [, identified] = /^\/sys\/class\/block\/([^/]+)\/diskseq$/.exec(path) ?? [];
    if (identified !== undefined) agent.identifiedAt.set(identified, machine.tick);
    if (path === '/etc/fstab') return machine.fstab.map(({ text }) => `${text}\n`).join('');
    if (isOfKernel(path)) return readKernelFile(machine, path);
    const node = machine.nodeAt(path);
    if (node?.type !== 'file') return undefined;
    agent.fileDoor('read', path);
    return node.content;
  };
  return {
    hostPath: async (path) => path,
    read,
    readBytes: async (path) => {
      const text = await read(path);
      return text === undefined ? undefined : Buffer.from(text);
    },
    status: async (path) => {
      await agent.touch();
      if (isOfKernel(path)) return isInSysfs(machine, path) ? statusOf(folder()) : undefined;
      const node = machine.nodeAt(path);
      return node === undefined ? undefined : statusOf(node);
    },
    targetStatus: notSimulated,
    space: async () => {
      await agent.touch();
      return { totalBytes: 0, usedBytes: 0 };
    },
    linkTarget: async (path) => {
      await agent.touch();
      const [, name] = /^\/sys\/class\/block\/([^/]+)$/.exec(path) ?? [];
      if (name !== undefined) agent.lookedAt.set(name, machine.tick);
      if (isOfKernel(path)) return kernelLink(machine, path);
      const node = machine.nodeAt(path);
      return node?.type === 'symlink' ? node.target : undefined;
    },
    list: async (path) => {
      await agent.touch();
      if (isOfKernel(path)) return listKernelFolder(machine, path).sort();
      const node = machine.nodeAt(path);
      if (node?.type !== 'directory') return [];
      agent.fileDoor('list', path);
      return [...node.entries.keys()].sort();
    },
    replace: async (path, content, { mode }) => {
      await agent.touch();
      laws.writes(path);
      agent.fileDoor('replace', path);
      const parent = machine.folderOf(path);
      parent.entries.set(nameOf(path), file(textOf(content), mode, 'agent'));
      machine.settle(parent);
      agent.effect(`wrote ${path}`);
    },
    append: async (path, text, mode) => {
      await agent.touch();
      laws.writes(path);
      const parent = machine.folderOf(path);
      const old = parent.entries.get(nameOf(path));
      const before = old?.type === 'file' ? old.content : '';
      // What fails in the middle leaves a part.
      try {
        agent.fileDoor('append', path);
      } catch (error) {
        change(agent, parent, path, file(before + text.slice(0, text.length / 2), mode, 'agent'));
        throw error;
      }
      change(agent, parent, path, file(before + text, mode, 'agent'));
    },
    makeDirectory: async (path, mode) => {
      await agent.touch();
      if (path !== '/srv' && !machine.assignments.leadsTo(path)) laws.writes(path);
      agent.fileDoor('replace', path);
      machine.makeFolder(path, 'agent').mode = mode;
    },
    makeMountPoint: async (path) => {
      await agent.touch();
      agent.fileDoor('makeMountPoint', path);
      const parent = machine.folderOf(path);
      if (parent.entries.has(nameOf(path))) throw new SystemCallError('EEXIST', path);
      if (parent.isImmutable) throw new SystemCallError('EPERM', path);
      change(agent, parent, path, folder('agent'));
      agent.effect(`made folder ${path}`);
    },
    remove: async (path) => {
      await agent.touch();
      if (machine.nodeAt(path) === undefined) return;
      laws.writes(path);
      agent.fileDoor('remove', path);
      change(agent, machine.folderOf(path), path, undefined);
      if (!path.startsWith('/run/gandi/spool/')) agent.effect(`removed ${path}`);
    },
    removeEmptyDirectory: async (path) => {
      await agent.touch();
      return removeFolder(agent, path);
    },
    open: (path, flags) => openNode(agent, path, flags),
    create: notSimulated,
    replaceLink: notSimulated,
    openFolder: notSimulated,
    stageTree: notSimulated,
  };
}

/** rmdir(2): only an empty folder that nothing is mounted on. */
export function removeFolder(agent: AgentProcess, path: string): boolean {
  const { machine, laws } = agent.world;
  const node = machine.nodeAt(path);
  if (node?.type !== 'directory' || node.entries.size > 0 || machine.mountAt(path) !== undefined) return false;
  if (node.isImmutable || machine.folderOf(path).isImmutable) throw new SystemCallError('EPERM', path);
  laws.removesFolder(path);
  change(agent, machine.folderOf(path), path, undefined);
  agent.effect(`removed folder ${path}`);
  return true;
}

/** A change that a power cut may undo until its folder is on the disk. */
function change(agent: AgentProcess, parent: Folder, path: string, node: Node | undefined): void {
  const name = nameOf(path);
  const old = parent.entries.get(name);
  const put = (each: Node | undefined) =>
    each === undefined ? parent.entries.delete(name) : parent.entries.set(name, each);
  put(node);
  agent.world.machine.volatile.push({ inFolder: parent, undo: () => void put(old) });
}

function statusOf(node: Node): FileStatus {
  const owner = node.type === 'directory' ? { uid: node.uid, gid: node.gid } : { uid: 0, gid: 0 };
  const mode = node.type === 'symlink' ? 0o777 : node.mode;
  const size = node.type === 'file' ? node.content.length : 0;
  return { type: node.type, mode, ...owner, size, modified: new Date(0) };
}

function textOf(content: Content): string {
  if (typeof content === 'string') return content;
  return content instanceof Uint8Array ? Buffer.from(content).toString() : '';
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

async function notSimulated(): Promise<never> {
  throw new Error('this door is not simulated');
}
