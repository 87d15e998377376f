import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { type BlockDevice, observeBlockDevices } from '../../core/block-device/block-devices.ts';
import { observeUdevProperties } from '../../core/block-device/udev-properties.ts';
import type { Flags } from '../flags/flag-table.ts';
import { readAppliedRecord } from '../swap-disk/applied-record.ts';
import { isDriveRecorded } from './drive-record.ts';
import type { System } from '../../core/system/system.ts';
import {
  isNamed,
  type JudgedDevice,
  type LabelledDevice,
  type SourceDesignation,
  type SourceFacts,
} from './source-designation.ts';

/**
 * Looks for devices that may be a source of this machine's configuration; reads nothing on them.
 * @param labels of the file system: what tells a source from other devices, and designates none
 * @throws AgentError `state.unreadable`
 */
export async function observeSource(system: System, flags: Flags, labels: readonly string[]): Promise<SourceFacts> {
  const facts = { flagDevice: flags.CONFIG_DRIVE_DEVICE, isConfigured: await isConfigured(system) };
  const carriers = await linkedByLabel(system, labels);
  // A machine without such a label is spared the look at its disks: a new NIC may be waiting for the answer.
  if (carriers.length === 0) return { ...facts, labelled: [] };
  const devices = await observeBlockDevices(system);
  // One link is all that udev has for a label, and it may lead to a disk that nobody designated.
  const asked = devices.filter(
    (device) => device.isCdRom || isNamed(device, facts.flagDevice) || carriers.includes(device.name),
  );
  const answers = await Promise.all(
    asked.map((device) => observeLabelled(system, device, carriers.includes(device.name), labels)),
  );
  return { ...facts, labelled: answers.filter((found) => found !== undefined) };
}

/** @throws AgentError `config-drive.several`, `config-drive.not-designated`: nothing is read before the admin has decided */
export function requireOneSource(designation: SourceDesignation): void {
  if (designation.kind === 'one' || designation.kind === 'none') return;
  const isSeveral = designation.kind === 'several';
  const paths = isSeveral ? designation.devices.map(({ path }) => path).join(', ') : 'config-drive';
  throw new AgentError(isSeveral ? 'cannot tell which of them is the config-drive' : designation.because, {
    code: isSeveral ? 'config-drive.several' : 'config-drive.not-designated',
    subject: paths,
    remedy: 'set CONFIG_DRIVE_DEVICE to its name under /dev/disk/by-path, then run `gandi-agent bootstrap`',
    exitCode: ExitCode.refusedToProtectData,
  });
}

/** One line for the journal: what carries the label of a source and is not read. */
export function describeLeftAlone({ device, verdict }: JudgedDevice): string {
  const name = device.links.find((link) => link.startsWith('/dev/disk/by-path/')) ?? 'its name under /dev/disk/by-path';
  const wayOut = verdict.row === 2 ? '' : `; to have it read, set CONFIG_DRIVE_DEVICE to ${name}`;
  return `${device.path}: not read as a config-drive: ${verdict.because}${wayOut}`;
}

async function isConfigured(system: System): Promise<boolean> {
  return (await readAppliedRecord(system)) !== undefined || (await isDriveRecorded(system));
}

/** Kernel names of what /dev/disk/by-label leads to. */
async function linkedByLabel({ files }: System, labels: readonly string[]): Promise<string[]> {
  const targets = await Promise.all(labels.map((label) => files.linkTarget(`/dev/disk/by-label/${label}`)));
  return targets.flatMap((target) => target?.split('/').at(-1) ?? []);
}

async function observeLabelled(
  system: System,
  device: BlockDevice,
  isLinked: boolean,
  labels: readonly string[],
): Promise<LabelledDevice | undefined> {
  const properties = await observeUdevProperties(system, device.path);
  const isLabelled = isLinked || labels.includes(properties.ID_FS_LABEL ?? '');
  return isLabelled ? { device, isDataDisk: properties.GANDI_DATA_DISK === '1' } : undefined;
}
