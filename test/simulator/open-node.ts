import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { AgentProcess } from './agent-process.ts';
import { SystemCallError } from './file-tree.ts';
import { deviceBehind } from './kernel-view.ts';
import type { Device } from './machine.ts';

const { O_EXCL, O_DIRECTORY } = constants;
const O_PATH = 0o10000000;
let nextHandle = 1000;

/** open(2) of what the agent opens: a block device, a folder, a file of sysfs that takes or gives bytes. */
export async function openNode(agent: AgentProcess, path: string, flags: number): Promise<FileHandle> {
  await agent.touch();
  if (path.startsWith('/dev/')) return openDevice(agent, path, flags);
  if (path.startsWith('/sys/')) return openAttribute(agent, path);
  const node = agent.world.machine.nodeAt(path);
  if (node === undefined) throw new SystemCallError('ENOENT', path);
  if (node.type !== 'directory' || (flags & O_DIRECTORY) === 0) throw new SystemCallError('ENOTDIR', path);
  const fd = nextHandle++;
  agent.handles.set(fd, path);
  agent.folders.set(fd, node);
  return handle({
    fd,
    chown: async (uid: number, gid: number) => {
      await agent.touch();
      Object.assign(node, { uid, gid });
    },
    sync: async () => {
      await agent.touch();
      agent.world.machine.settle(node);
    },
    chmod: async (mode: number) => {
      await agent.touch();
      node.mode = mode;
    },
    [Symbol.asyncDispose]: async () => {
      agent.handles.delete(fd);
      agent.folders.delete(fd);
    },
  });
}

function openDevice(agent: AgentProcess, path: string, flags: number): FileHandle {
  const { machine } = agent.world;
  const device = machine.deviceAt(path);
  if (device === undefined) throw new SystemCallError('ENOENT', path);
  const fd = nextHandle++;
  agent.handles.set(fd, path);
  if ((flags & O_PATH) === 0 && (flags & O_EXCL) !== 0 && machine.isClaimed(device))
    throw new SystemCallError('EBUSY', path);
  return handle({
    fd,
    stat: async () => ({ isBlockDevice: () => true }),
    read: async (buffer: Buffer, offset: number, length: number, position: number) => {
      await agent.touch();
      if (!device.isPresent) throw new SystemCallError('EIO', path);
      return { bytesRead: readBytes(device, buffer, offset, length, position), buffer };
    },
    [Symbol.asyncDispose]: async () => void agent.handles.delete(fd),
  });
}

/** Bytes from the start of a disk, in the middle of the smallest. */
const placeOfBytes = 8 * 2 ** 20;

/** What is not blank has its bytes where no signature is looked for, however large it becomes. A buffer comes filled with zeros. */
function readBytes({ volume }: Device, buffer: Buffer, offset: number, length: number, position: number): number {
  const bytes = Math.max(0, Math.min(length, volume.sizeBytes - position));
  const isRead = position <= placeOfBytes && placeOfBytes < position + bytes;
  if (volume.content.kind !== 'blank' && isRead) buffer[offset + placeOfBytes - position] = 1;
  return bytes;
}

function openAttribute(agent: AgentProcess, path: string): FileHandle {
  const { machine, laws } = agent.world;
  const [device, attribute] = deviceBehind(machine, path);
  if (device === undefined) throw new SystemCallError('ENOENT', path);
  if (attribute === 'device/delete') {
    return handle({
      write: async () => {
        await agent.touch();
        laws.releases(device);
        agent.effect(`released ${device.name}`);
        if (device.isPresent) machine.pull(device.disk);
      },
      [Symbol.asyncDispose]: async () => undefined,
    });
  }
  if (attribute !== 'device/vpd_pg80') throw new SystemCallError('ENOENT', path);
  const page = Buffer.concat([Buffer.from([0, 0x80, 0, device.disk.serial.length]), Buffer.from(device.disk.serial)]);
  return handle({
    read: async (buffer: Buffer) => {
      await agent.touch();
      return { bytesRead: page.copy(buffer), buffer };
    },
    [Symbol.asyncDispose]: async () => undefined,
  });
}

/** As much of a handle as is used of it. */
function handle(parts: object): FileHandle {
  return parts as FileHandle;
}
