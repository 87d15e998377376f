import { randomBytes } from 'node:crypto';
import { AgentError } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import { type OpenstackConfig, readOpenstackFiles } from './openstack-files.ts';

// nova's label of it (https://docs.openstack.org/nova/latest/admin/config-drive.html); vfat labels are upper case.
const labels = ['config-2', 'CONFIG-2'] as const;
// Two NICs that are attached at once are two readers: the kernel refuses a second mount of one volume on one folder.
const mountPointOf = (reader: string) => `/run/gandi/config-drive-${reader}`;

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

/** Path of the volume that is labelled as a config-drive; undefined if there is none. */
export async function findConfigDrive({ files }: System): Promise<string | undefined> {
  for (const label of labels) {
    const path = `/dev/disk/by-label/${label}`;
    if ((await files.status(path)) !== undefined) return path;
  }
  return undefined;
}

/**
 * Reads a config-drive: mounted read-only where root alone can look, and unmounted before anything is applied.
 * @param device path of the volume
 * @throws AgentError `config-drive.invalid`, `config-drive.file-system`, or what mount(8) says
 */
export async function readConfigDrive(system: System, device: string): Promise<OpenstackConfig> {
  const type = await fileSystemOf(system, device);
  const mountPoint = mountPointOf(randomBytes(4).toString('hex'));
  await system.files.makeDirectory('/run/gandi', 0o700);
  await system.files.makeDirectory(mountPoint, 0o700);
  const options = fileSystems[type]?.join(',') ?? '';
  await system.processes.run('mount', ['-t', type, '-o', options, '--', device, mountPoint]);
  try {
    return await readOpenstackFiles(system.files, mountPoint);
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
