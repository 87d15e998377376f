import { basename } from 'node:path';
import { assignmentOf } from './assignment-facts.ts';
import type { AttachedDisk, DiskFacts } from './disk-facts.ts';
import { isNameOf, namedDisk } from './named-disk.ts';
import { areOf } from './stopped-units.ts';

/** What a person should know about the disk that is mounted: whose place it has, and who has its own. */
export function remarksOn(disk: AttachedDisk, mountPoint: string, facts: DiskFacts): string[] {
  const assignment = assignmentOf(facts.assignments);
  const name = assignment === undefined ? displaced(disk, mountPoint, facts) : [`as ${assignment.file} says`];
  return [...name, ...otherSerial(disk, facts), ...waiting(disk, mountPoint, facts)];
}

/** Whether its file system was here before on a disk with another serial: a copy, or what was restored from one. */
export function isOnOtherDisk(
  { serial }: Pick<AttachedDisk, 'serial'>,
  { reservation }: Pick<DiskFacts, 'reservation'>,
): boolean {
  return reservation !== undefined && reservation.serial !== null && reservation.serial !== serial;
}

function otherSerial(disk: AttachedDisk, facts: DiskFacts): string[] {
  if (!isOnOtherDisk(disk, facts)) return [];
  const now = disk.serial === undefined ? 'no serial' : `the serial ${disk.serial}`;
  const known = `its file system is known from a disk with the serial ${facts.reservation?.serial}, and this one has ${now}`;
  return [facts.isSnapshot ? `${known}: a copy, and read-only` : known];
}

function displaced(disk: AttachedDisk, mountPoint: string, { reservation }: DiskFacts): string[] {
  const name = reservation?.name ?? basename(mountPoint);
  if (name === basename(mountPoint) || !isNameOf(namedDisk(disk), name)) return [];
  return [`its own folder ${name} is taken by another disk until it is attached again`];
}

function waiting(disk: AttachedDisk, mountPoint: string, { stoppedUnits }: DiskFacts): string[] {
  const identity = { uuid: disk.uuid ?? null, serial: disk.serial ?? null };
  return stoppedUnits.flatMap((stopped) => {
    const isHere = stopped.mountPoint === mountPoint;
    const isOwn = areOf(stopped, identity);
    const units = stopped.units.join(', ');
    if (isHere && !isOwn) return [`${units} waits for the disk that was here before, and stays stopped`];
    return isOwn && !isHere ? [`${units} stays stopped until it is at ${stopped.mountPoint} again`] : [];
  });
}
