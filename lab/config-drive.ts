import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runOnHost } from './host-command.ts';

export interface ConfigDrive {
  readonly fileSystem: 'iso9660' | 'vfat';
  /** Files of openstack/latest, by name. */
  readonly files: Readonly<Record<string, unknown>>;
}

/** Writes a config-drive as nova does (virt/configdrive.py): an ISO with Rock Ridge and Joliet, or 64 MiB of vfat. */
export async function makeConfigDrive(image: string, { fileSystem, files }: ConfigDrive): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lab-drive-'));
  try {
    for (const [name, value] of Object.entries(files)) {
      const path = join(folder, 'openstack/latest', name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, JSON.stringify(value));
    }
    if (fileSystem === 'iso9660') await makeIso(image, folder, 'config-2');
    else await makeVfat(image, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes a NoCloud volume: an ISO with these texts at its top, by name (`meta-data`, `user-data`, `network-config`). */
export async function makeNoCloudDrive(image: string, texts: Readonly<Record<string, string>>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lab-drive-'));
  try {
    for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
    await makeIso(image, folder, 'cidata');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeIso(image: string, folder: string, label: string): Promise<void> {
  await runOnHost('genisoimage', ['-quiet', '-J', '-r', '-V', label, '-o', image, folder]);
}

async function makeVfat(image: string, folder: string): Promise<void> {
  const file = await open(image, 'w');
  await file.truncate(64 * 1024 * 1024);
  await file.close();
  await runOnHost('mkfs.vfat', ['-n', 'CONFIG-2', image]);
  await runOnHost('mcopy', ['-i', image, '-s', join(folder, 'openstack'), '::']);
}
