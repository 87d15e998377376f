import { followFolder } from '../../core/system/safe-path.ts';
import type { System } from '../../core/system/system.ts';
import { applySteps, type StepOutcome } from '../action/apply-steps.ts';
import { type AssignedMountUnit, renderMountUnits } from '../assignment/assigned-mount-unit.ts';
import { kinds, type Step } from './actions.ts';
import { readAssignments } from './read-assignments.ts';

/**
 * Writes the mount units of assigned paths for systemd. A path that leads through a link gets none: systemd knows the mount by the
 * path without it, and would not find the unit's own.
 * @param folder one of those that systemd gives a generator, systemd.generator(7)
 */
export async function writeMountUnits(system: System, folder: string): Promise<StepOutcome[]> {
  const { valid } = await readAssignments(system);
  const places = await Promise.all(valid.map(async ({ path }) => (await followFolder(system, path)).path));
  const direct = valid.filter(({ path }, index) => path === places[index]);
  return applySteps(planMountUnits(renderMountUnits(direct), folder), kinds, system);
}

/** One file per unit. */
function planMountUnits(units: readonly AssignedMountUnit[], folder: string): Step[] {
  return units.map(({ name, text }) => ({
    name: `unit ${name}`,
    actions: [{ kind: 'write-file', path: `${folder}/${name}`, content: text, mode: 0o644 }],
  }));
}
