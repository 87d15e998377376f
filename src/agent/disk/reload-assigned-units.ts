import { mountUnitOf } from '../../core/system/unit-name.ts';
import { isRunBySystemd, type System } from '../../core/system/system.ts';
import { observeUnitProperties } from '../../core/system/unit-properties.ts';
import type { ActionKind } from '../action/kind.ts';

/** Has systemd learn which paths disks are assigned to now, and services that are about to start wait for those disks. */
export interface ReloadAssignedUnits {
  readonly kind: 'reload-assigned-units';
  /** Those that disks were assigned to just now. */
  readonly paths: readonly string[];
}

export const reloadAssignedUnitsKind: ActionKind<ReloadAssignedUnits> = {
  kind: 'reload-assigned-units',
  describe: ({ paths }) => `have services wait for the disks of ${paths.join(', ') || 'assigned paths'}`,
  isLiveOnly: () => true,
  apply: reloadAssignedUnits,
};

// Generators and all units are read, in the middle of a boot of a small machine.
const reloadSeconds = 60;

/**
 * The jobs of a boot were made before: a service among them has an order after the mount unit, and nothing that it would wait for. So
 * its mount unit is started too, but only where such a service has a job: without one, the wait for a disk that is not there would
 * end as a failed unit for nothing.
 */
async function reloadAssignedUnits({ paths }: ReloadAssignedUnits, system: System): Promise<void> {
  if (!(await isRunBySystemd(system))) return;
  await system.processes.run('systemctl', ['daemon-reload'], { timeoutSeconds: reloadSeconds });
  if (paths.length === 0) return;
  const mounts = await observeUnitProperties(system, paths.map(mountUnitOf), ['Id', 'RequiredBy']);
  const awaited: string[] = [];
  for (const { Id = '', RequiredBy = '' } of mounts) {
    const services = RequiredBy.split(' ').filter((name) => name !== '');
    if (services.length === 0) continue;
    const asked = await observeUnitProperties(system, services, ['Job']);
    if (asked.some(({ Job = '' }) => Number(Job) > 0)) awaited.push(Id);
  }
  if (awaited.length > 0) await system.processes.run('systemctl', ['--no-block', 'start', '--', ...awaited]);
}
