import { escapeUnitPath, mountUnitOf } from '../../core/system/unit-name.ts';
import type { Assignment } from './assignment.ts';

// What= cannot be empty. systemd never mounts it: the unit requires that the disk is mounted already.
const source = 'gandi-agent';

export interface AssignedMountUnit {
  /** Such as `data-pg.mount`. */
  readonly name: string;
  readonly text: string;
}

/**
 * Mount units that make services wait for assigned disks: `RequiresMountsFor=` asks for the unit of a path, and has no effect
 * where there is none with a file (systemd.unit(5)). The agent mounts the disk. The unit only requires that it has, by
 * gandi-assigned@.service, and systemd counts what is mounted there as the unit's start. A path of two files has one unit.
 *
 * Default dependencies would order it before local-fs.target, and the agent mounts disks after that.
 */
export function renderMountUnits(assignments: readonly Pick<Assignment, 'file' | 'path'>[]): AssignedMountUnit[] {
  const units = new Map<string, string>();
  for (const { file, path } of assignments) {
    const name = mountUnitOf(path);
    if (units.has(name)) continue;
    const required = `gandi-assigned@${escapeUnitPath(path)}.service`;
    const lines = [
      '[Unit]',
      `Description=Disk that is assigned to ${literal(path)}`,
      'Documentation=man:gandi-agent(8)',
      `SourcePath=${literal(file)}`,
      'DefaultDependencies=no',
      `Requires=${required}`,
      `After=${required}`,
      'Conflicts=umount.target',
      'Before=umount.target',
      '',
      '[Mount]',
      `What=${source}`,
      `Where=${literal(path)}`,
      '',
    ];
    units.set(name, lines.join('\n'));
  }
  return [...units].map(([name, text]) => ({ name, text }));
}

/** Whether it is a unit of the agent: it claims its path for no other disk. */
export function isAssignedMountUnit(text: string): boolean {
  return text.split('\n').includes(`What=${source}`);
}

/** systemd.unit(5), SPECIFIERS: a `%` stands for itself only if there are two. */
function literal(text: string): string {
  return text.replaceAll('%', '%%');
}
