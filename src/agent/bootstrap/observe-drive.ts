import type { System } from '../../core/system/system.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { MachineConfig } from '../machine-config/machine-config.ts';
import { type DriveRecord, parseDriveRecord, readDriveRecord } from '../sources/drive-record.ts';
import type { DriveConfig } from '../sources/drive-source.ts';
import { driveSources } from '../sources/drives.ts';
import { findDrive } from '../sources/find-drive.ts';
import { type ReadDrive, readDrive } from '../sources/read-drive.ts';
import { readAppliedRecord } from '../swap-disk/applied-record.ts';
import { type FirstBootFiles, observeFirstBootFiles } from './first-boot-files.ts';

/** What is there of drives. Where a payload was applied, which comes before any drive, nothing else is looked at. */
export type DriveFacts = FoundDrive | DriveBehindPayload;

interface DriveBehindPayload {
  readonly hasPayload: true;
  /** What carries the label of a source and is not read, and why: one sentence each. */
  readonly notes: readonly string[];
  /** Path of the volume that is there. */
  readonly device: string | undefined;
}

export interface FoundDrive extends Omit<DriveBehindPayload, 'hasPayload'> {
  readonly hasPayload: false;
  readonly drive: ReadDrive | undefined;
  readonly record: DriveRecord | undefined;
  /** What the recorded drive says. */
  readonly recorded: DriveConfig | undefined;
  readonly files: FirstBootFiles;
}

/**
 * Everything that is decided about drives rests on this.
 * @returns undefined where the flags allow no drive
 * @throws AgentError `config-drive.several`, `config-drive.not-designated`, `config-drive.file-system`, `state.unreadable`, or what mount(8) says
 */
export async function observeDrive(system: System, flags: Flags): Promise<DriveFacts | undefined> {
  const { CONFIG_SOURCE: source } = flags;
  const allowed = driveSources.filter(({ name }) => source === 'auto' || source === name);
  if (allowed.length === 0) return undefined;
  const { found, notes } = await findDrive(system, flags, allowed);
  const hasPayload = source === 'auto' && (await readAppliedRecord(system)) !== undefined;
  if (hasPayload) return { hasPayload, notes, device: found?.device };
  const record = await readDriveRecord(system);
  const read = found === undefined ? undefined : await readDrive(system, found);
  const isAnother = read?.trust === 'applied' && read.digest !== record?.digest;
  const drive = isAnother ? undefined : read;
  const recorded = record === undefined ? undefined : await parseDriveRecord(record);
  return {
    hasPayload,
    notes: isAnother ? [...notes, describeAnother(read)] : notes,
    device: found?.device,
    drive,
    record,
    recorded,
    files: await observeFirstBootFiles(system, userNamesOf(drive?.parsed.config ?? recorded?.config)),
  };
}

function userNamesOf(config: MachineConfig | undefined): string[] {
  return config?.users.map(({ name }) => name) ?? [];
}

/** Row 6 of docs/decisions/configuration-source.md. */
function describeAnother({ device }: ReadDrive): string {
  return `${device}: not applied: this machine is configured already, and this is another drive; to have it applied, set CONFIG_DRIVE_DEVICE to its name under /dev/disk/by-path`;
}
