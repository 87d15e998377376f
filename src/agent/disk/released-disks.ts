import { basename } from 'node:path';
import { z } from 'zod';
import type { System } from '../../core/system/system.ts';
import { makeRunFolder } from '../stage/run-folder.ts';

const folder = '/run/gandi/released';

const schema = z.object({
  /** Path of the whole disk that it had. */
  device: z.string(),
  /** All that a person may call it: serial, labels, names of folders. */
  names: z.array(z.string()),
  /** Where its bus finds it again; null where the bus has no such place. */
  place: z.discriminatedUnion('bus', [
    /** Host, channel, target and LUN: `2:0:1:0`. */
    z.object({ bus: z.literal('scsi'), address: z.string() }),
    /** Of PCI, under which virtio and NVMe disks are. */
    z.object({ bus: z.literal('pci') }),
  ]),
  /** By the wall clock, ISO 8601. */
  releasedAt: z.string(),
});

/** A disk that the kernel let go of by command, and that the platform has not taken yet. */
export type ReleasedDisk = z.infer<typeof schema>;

export async function writeReleasedDisk(system: System, disk: ReleasedDisk): Promise<void> {
  await makeRunFolder(system);
  await system.files.makeDirectory(folder, 0o755);
  await system.files.replace(pathOf(disk), `${JSON.stringify(disk)}\n`, { mode: 0o644 });
}

export async function removeReleasedDisk(system: System, disk: Pick<ReleasedDisk, 'device'>): Promise<void> {
  await system.files.remove(pathOf(disk));
}

/** The disk that a person means, among those that were let go of in this boot; undefined if there is none or more than one. */
export async function findReleasedDisk(system: System, word: string): Promise<ReleasedDisk | undefined> {
  const names = (await system.files.list(folder)).filter((name) => name.endsWith('.json'));
  const texts = await Promise.all(names.map((name) => system.files.read(`${folder}/${name}`)));
  const found = texts.flatMap((text) => parse(text) ?? []).filter((disk) => isMeant(disk, word));
  return found.length === 1 ? found[0] : undefined;
}

function isMeant({ device, names }: ReleasedDisk, word: string): boolean {
  return device === word || basename(device) === word || names.includes(word) || names.includes(basename(word));
}

function parse(text: string | undefined): ReleasedDisk | undefined {
  try {
    return schema.parse(JSON.parse(text ?? ''));
  } catch {
    return undefined;
  }
}

function pathOf({ device }: Pick<ReleasedDisk, 'device'>): string {
  return `${folder}/${device.slice('/dev/'.length).replaceAll('/', '!')}.json`;
}
