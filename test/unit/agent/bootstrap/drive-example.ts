import type { System } from '../../../../src/core/system/system.ts';
import { observeFirstBootFiles } from '../../../../src/agent/bootstrap/first-boot-files.ts';
import type { FoundDrive } from '../../../../src/agent/bootstrap/observe-drive.ts';
import { digestOfTexts } from '../../../../src/agent/sources/drive-source.ts';
import { driveSource } from '../../../../src/agent/sources/drives.ts';
import type { ReadDrive } from '../../../../src/agent/sources/read-drive.ts';

/** What a drive with these files says, as if it were mounted: by their path on it. */
export async function driveOf(name: string, files: Readonly<Record<string, unknown>>): Promise<ReadDrive> {
  const source = driveSource(name);
  if (source === undefined) throw new Error(`no source is called ${name}`);
  const texts = new Map(Object.entries(files).map(([path, value]) => [path, textOf(value)]));
  const { parse } = await source.load();
  return { source, device: '/dev/sr0', trust: 'anything', texts, digest: digestOfTexts(texts), parsed: parse(texts) };
}

/** An OpenStack drive with these files of openstack/latest. */
export function openstackDrive(files: Readonly<Record<string, unknown>>): Promise<ReadDrive> {
  const below = Object.entries(files).map(([name, value]) => [`openstack/latest/${name}`, value] as const);
  return driveOf('config-drive', Object.fromEntries(below));
}

/** A machine that the drive was just found on, or one without any. */
export async function driveFacts(
  system: System,
  drive?: ReadDrive,
  changes: Partial<FoundDrive> = {},
): Promise<FoundDrive> {
  const userNames = drive?.parsed.config.users.map(({ name }) => name) ?? [];
  return {
    hasPayload: false,
    notes: [],
    device: drive?.device,
    drive,
    record: undefined,
    recorded: undefined,
    files: await observeFirstBootFiles(system, userNames),
    ...changes,
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
