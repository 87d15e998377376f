import { z } from 'zod';
import type { System } from '../system/system.ts';

const path = '/var/lib/gandi/disk-names.json';

const schema = z.record(z.string(), z.string());

/**
 * The folder's name that each file system got, by its UUID. Kept over reboots: two disks with one label come up in
 * any order. A file that cannot be read is taken for none: the disks are named anew.
 */
export async function readDiskNames(system: System): Promise<ReadonlyMap<string, string>> {
  const text = await system.files.read(path);
  if (text === undefined) return new Map();
  try {
    return new Map(Object.entries(schema.parse(JSON.parse(text))));
  } catch (error) {
    system.journal.warn(`${path}: cannot read the names of disks, they are named anew: ${String(error)}`);
    return new Map();
  }
}

export async function writeDiskName(system: System, uuid: string, name: string): Promise<void> {
  const names = new Map(await readDiskNames(system)).set(uuid, name);
  await system.files.makeDirectory('/var/lib/gandi', 0o700);
  const content = `${JSON.stringify(Object.fromEntries(names), undefined, 2)}\n`;
  await system.files.replace(path, content, { mode: 0o600 });
}
