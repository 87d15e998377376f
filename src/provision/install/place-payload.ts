import { type BlockDevice, observeDiskOf } from '../../core/block-device/block-devices.ts';
import { AgentError } from '../../core/error/agent-error.ts';
import { type PayloadArchive, readPayloadArchive } from '../../core/payload/payload-archive.ts';
import type { ByteReader } from '../../core/payload/payload-medium.ts';
import { pendingPath, renderPending } from '../../core/payload/pending-payload.ts';
import { Secret } from '../../core/secret/secret.ts';
import { type Files, openFiles } from '../../core/system/files.ts';
import type { System } from '../../core/system/system.ts';

/** Of those that an image may have; mount(8) is told the type, so that no other driver looks at the disk. */
const fileSystems = ['ext2', 'ext3', 'ext4', 'xfs', 'btrfs'];

const mountPoint = '/run/gandi-install';

/**
 * Puts a payload into the system on a disk that an image was written to, where its agent finds it at its first boot. It is
 * read by the code by which the agent reads one on a swap disk, and refused for the same reasons.
 * @throws AgentError `payload.*`, `install.no-root`, `install.no-payload`
 */
export async function placePayload(
  diskName: string,
  archive: Uint8Array,
  system: System,
): Promise<{ readonly hasAgent: boolean; readonly warnings: readonly string[] }> {
  const payload = await readPayload(archive, system);
  return withRoot(diskName, system, async (files) => {
    await files.makeDirectory('/gandi', 0o700);
    await store(files, '/gandi/config', new Secret(payload.config), 0o600);
    if (payload.script !== undefined) await store(files, '/gandi/script', payload.script, 0o700);
    // The last: without it the agent does not look at the others.
    await store(files, pendingPath, renderPending(payload), 0o600);
    return { hasAgent: await hasAgent(files), warnings: payload.warnings };
  });
}

async function store(files: Files, path: string, content: Secret | Uint8Array | string, mode: number): Promise<void> {
  await files.replace(path, content instanceof Secret ? content.reveal() : content, { mode, enforceMode: true });
}

interface ReadPayload extends Pick<PayloadArchive, 'config' | 'digest' | 'byteLength'> {
  readonly script: Uint8Array | undefined;
  readonly warnings: readonly string[];
}

async function readPayload(bytes: Uint8Array, { processes }: System): Promise<ReadPayload> {
  const script: Uint8Array[] = [];
  const reader: ByteReader = {
    subject: 'the payload',
    read: async (position, length) => bytes.subarray(position, position + length),
  };
  const archive = await readPayloadArchive(
    reader,
    {
      pipe: processes.pipe,
      onContent: async ({ role }, content) => {
        if (role === 'script') for await (const piece of content) script.push(Buffer.from(piece));
      },
    },
    0,
  );
  if (archive === undefined) throw noPayload();
  const left = archive.modules.map(({ name }) => `${name}: an image has a kernel of its own; it was left out`);
  return {
    ...archive,
    script: archive.script === undefined ? undefined : Buffer.concat(script),
    warnings: [...archive.warnings, ...left],
  };
}

/** The root file system of the image, by what it has: /etc/os-release, os-release(5). */
async function withRoot<Result>(
  diskName: string,
  system: System,
  act: (files: Files) => Promise<Result>,
): Promise<Result> {
  const [disk, ...partitions] = await observeDiskOf(system, diskName);
  await system.files.makeDirectory(mountPoint, 0o700);
  for (const device of partitions.length === 0 && disk !== undefined ? [disk] : partitions) {
    const fileSystem = await fileSystemOf(device, system);
    if (fileSystem === undefined) continue;
    await system.processes.run('mount', ['-t', fileSystem, '-o', 'nosuid,nodev,noexec', device.path, mountPoint]);
    try {
      const files = openFiles(mountPoint);
      if ((await files.targetStatus('/etc/os-release')) !== undefined) return await act(files);
    } finally {
      await system.processes.run('umount', [mountPoint]);
    }
  }
  throw new AgentError('cannot put the payload in place: the image has no file system with /etc/os-release', {
    code: 'install.no-root',
    subject: `/dev/${diskName}`,
    remedy: `build the image with one of ${fileSystems.join(', ')} as its root file system`,
  });
}

/** By blkid(8), which ends with 2 where it finds nothing. */
async function fileSystemOf({ path }: BlockDevice, { processes }: System): Promise<string | undefined> {
  const args = ['--probe', '--output', 'value', '--match-tag', 'TYPE', path];
  const { stdout } = await processes.run('blkid', args, { acceptExitCodes: [0, 2, 8] });
  return fileSystems.find((type) => type === stdout.trim());
}

async function hasAgent(files: Files): Promise<boolean> {
  return (await files.targetStatus('/usr/lib/gandi/gandi-agent')) !== undefined;
}

function noPayload(): AgentError {
  return new AgentError('cannot put the payload in place: what came is not a payload', {
    code: 'install.no-payload',
    subject: 'standard input',
    remedy: '`gandi-provision install` on the server makes it; both have to be of the same version',
  });
}
