import { isRunningMachine, type System } from '../../core/system/system.ts';
import { observeUnitProperties } from '../../core/system/unit-properties.ts';

/** ActiveState of a unit, as systemd names it: `active`, `activating`, `inactive`; undefined where nobody knows. */
export async function observeUnitState(system: System, unit: string): Promise<string | undefined> {
  if (!isRunningMachine(system)) return undefined;
  const [properties] = await observeUnitProperties(system, [unit], ['ActiveState']).catch(() => []);
  return properties?.ActiveState;
}
