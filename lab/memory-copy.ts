import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Guest } from './guest.ts';
import { runOnHost } from './host-command.ts';
import type { Qmp } from './qmp.ts';

/** A guest as it was at one moment: what it had in memory, and on its root disk. */
export interface MemoryCopy {
  readonly memory: string;
  /** qcow2 */
  readonly disk: string;
}

const secondsToMove = 120;

/** Stops a running guest for good, and keeps its memory and its root disk in a folder. */
export async function keepMemory(guest: Guest, folder: string): Promise<MemoryCopy> {
  const copy = { memory: join(folder, 'memory'), disk: join(folder, 'root.qcow2') };
  await guest.qmp.execute('stop');
  await saveMemory(guest.qmp, copy.memory);
  await guest.stop();
  await copyFile(join(guest.folder, 'root.qcow2'), copy.disk);
  return copy;
}

/** Gives a guest that goes on from a copy a root disk of its own. */
export function makeDiskOfCopy({ disk }: MemoryCopy, target: string): Promise<string> {
  return runOnHost('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', disk, '-F', 'qcow2', target]);
}

/** For QEMU a copy is a machine that moves to another host: `migrate` of its QMP reference. */
function saveMemory(qmp: Qmp, file: string): Promise<void> {
  return move(qmp, () => qmp.execute('migrate', { uri: `exec:cat >${file}` }));
}

/** Fills the memory of a machine that was started with `-incoming defer`; it goes on when it is told to. */
export function loadMemory(qmp: Qmp, file: string): Promise<void> {
  return move(qmp, () => qmp.execute('migrate-incoming', { uri: `exec:cat ${file}` }));
}

async function move(qmp: Qmp, begin: () => Promise<unknown>): Promise<void> {
  await qmp.execute('migrate-set-capabilities', { capabilities: [{ capability: 'events', state: true }] });
  const isOver = (data: Readonly<Record<string, unknown>>) => data.status === 'completed' || data.status === 'failed';
  const over = qmp.nextEvent('MIGRATION', { seconds: secondsToMove, where: isOver });
  const [{ data }] = await Promise.all([over, begin()]);
  if (data.status !== 'completed') throw new Error(`QEMU did not move the guest's memory: ${JSON.stringify(data)}`);
}
