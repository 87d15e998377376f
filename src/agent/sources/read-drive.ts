import { randomBytes } from 'node:crypto';
import { AgentError } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import { type DriveConfig, type DriveTexts, digestOfTexts, readDriveTexts } from './drive-source.ts';
import type { FoundDrive } from './find-drive.ts';
import { makeRunFolder } from '../stage/run-folder.ts';

/** What a drive says, and what it was read from. */
export interface ReadDrive extends FoundDrive {
  readonly texts: DriveTexts;
  /** sha256 in hex of all texts: another one means that the platform says something new. */
  readonly digest: string;
  readonly parsed: DriveConfig;
}

// Only root's: the top of an ISO 9660 volume is open to everybody.
const folder = '/run/gandi/config-drive';

// Two NICs that are attached at once are two readers: the kernel refuses a second mount of one volume on one folder.
const mountPointOf = (reader: string) => `${folder}/${reader}`;

/**
 * mount(8), by what blkid calls the file system. Nothing on the drive is run, and nothing is written to it: `noload`
 * keeps ext from replaying its journal (ext4(5)).
 */
const fileSystems: Readonly<Record<string, readonly string[]>> = {
  iso9660: ['ro', 'nosuid', 'nodev', 'noexec'],
  vfat: ['ro', 'nosuid', 'nodev', 'noexec', 'umask=0077'],
  ext2: ['ro', 'nosuid', 'nodev', 'noexec', 'noload'],
  ext3: ['ro', 'nosuid', 'nodev', 'noexec', 'noload'],
  ext4: ['ro', 'nosuid', 'nodev', 'noexec', 'noload'],
};

/**
 * Reads a drive: mounted read-only where only root can look, and unmounted before anything is applied.
 * @throws AgentError `config-drive.file-system`, or what mount(8) says
 */
export async function readDrive(system: System, found: FoundDrive): Promise<ReadDrive> {
  const reader = await found.source.load();
  const { texts, refused } = await mounted(system, found.device, (folder) =>
    readDriveTexts(system.files, folder, reader.paths),
  );
  const parsed = reader.parse(texts);
  return {
    ...found,
    texts,
    digest: digestOfTexts(texts),
    parsed: { ...parsed, warnings: [...refused, ...parsed.warnings] },
  };
}

async function mounted<T>(system: System, device: string, read: (folder: string) => Promise<T>): Promise<T> {
  const type = await fileSystemOf(system, device);
  const mountPoint = mountPointOf(randomBytes(4).toString('hex'));
  await makeRunFolder(system);
  await system.files.makeDirectory(folder, 0o700);
  await system.files.makeDirectory(mountPoint, 0o700);
  const options = fileSystems[type]?.join(',') ?? '';
  await system.processes.run('mount', ['-t', type, '-o', options, '--', device, mountPoint]);
  try {
    return await read(mountPoint);
  } finally {
    await system.processes.run('umount', ['--', mountPoint]);
    await system.files.removeEmptyDirectory(mountPoint);
  }
}

async function fileSystemOf(system: System, device: string): Promise<string> {
  const { stdout } = await system.processes.run('blkid', [
    '--probe',
    '--match-tag=TYPE',
    '--output=value',
    '--',
    device,
  ]);
  const type = stdout.trim();
  if (Object.hasOwn(fileSystems, type)) return type;
  throw new AgentError(`cannot read its file system: ${type || 'there is none'}`, {
    code: 'config-drive.file-system',
    subject: device,
    remedy: `make it one of ${Object.keys(fileSystems).join(', ')}`,
  });
}
