import { type BlockDevice, observeBlockDevices } from '../../core/block-device/block-devices.ts';
import { observeMounts } from '../../core/block-device/mounts.ts';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import { openHttpSource } from '../netboot/http-source.ts';
import { chooseDisk } from './choose-disk.ts';
import type { InstallJob } from './install-job.ts';
import { placePayload } from './place-payload.ts';
import { writeImage } from './write-image.ts';

/**
 * Installs the machine that this runs on: writes the image to its disk, and the payload into it. DESTRUCTIVE.
 * @param tell gets a line for each step
 * @throws AgentError `install.not-in-memory`, `install.no-disk`, `install.several-disks`, and what the steps throw
 */
export async function installDisk(
  { image, disk: wanted, replace }: InstallJob,
  payload: Uint8Array,
  system: System,
  signal: AbortSignal,
  tell: (line: string) => void,
): Promise<void> {
  await requireSystemInMemory(system);
  const disk = await findDisk(system, wanted);
  tell(`writing ${image.url} to ${describe(disk)}`);
  const source = openHttpSource();
  try {
    const arriving = await source.fetch(image.url, {}, signal);
    if (arriving === 'unchanged') throw new Error('a fetch without conditions was answered with 304');
    const { bytes } = await writeImage({ image, replace, disk }, arriving.pieces, system);
    tell(`wrote ${bytes} bytes, with the sha256 that they should have`);
  } finally {
    await source.close();
  }
  await showPartitions(disk, system);
  const { hasAgent, warnings } = await placePayload(disk.name, payload, system);
  for (const warning of warnings) tell(`warning: ${warning}`);
  tell(hasAgent ? 'put the payload in place' : 'warning: the image has no gandi-agent, so nobody applies the payload');
}

/** Of a machine that runs from a disk nobody knows here which programs, fstab and units claim the others. */
async function requireSystemInMemory(system: System): Promise<void> {
  const root = (await observeMounts(system)).findLast(({ mountPoint }) => mountPoint === '/');
  if (root === undefined || ['rootfs', 'tmpfs', 'ramfs', 'overlay'].includes(root.fileSystem)) return;
  throw new AgentError('refused to install this machine: it does not run from memory', {
    code: 'install.not-in-memory',
    subject: `/ on ${root.source}`,
    remedy: 'boot it from the network into a PreOS, which `gandi-provision preos build` makes',
    exitCode: ExitCode.refusedToProtectData,
  });
}

async function findDisk(system: System, wanted: string | null): Promise<BlockDevice> {
  const chosen = chooseDisk(await observeBlockDevices(system), wanted);
  if (chosen.kind === 'one') return chosen.disk;
  const isNone = chosen.kind === 'none';
  throw new AgentError(
    isNone ? 'cannot install this machine: it has no such disk' : 'cannot tell which disk to install it on',
    {
      code: isNone ? 'install.no-disk' : 'install.several-disks',
      subject: isNone ? (wanted ?? 'the disk') : chosen.disks.map(describe).join(', '),
      remedy: 'name the disk in the profile of the machine: `disk: /dev/disk/by-path/…`, or its serial number',
      exitCode: ExitCode.refusedToProtectData,
    },
  );
}

function describe({ path, sizeBytes, serial }: BlockDevice): string {
  return `${path} (${Math.round(sizeBytes / 1e9)} GB${serial === null ? '' : `, ${serial}`})`;
}

async function showPartitions({ path }: BlockDevice, { processes }: System): Promise<void> {
  await processes.run('blockdev', ['--rereadpt', path]);
  // udevd looks at a disk that was locked only once it is told to.
  await processes.run('udevadm', ['trigger', '--action=change', '--settle', path]);
}
