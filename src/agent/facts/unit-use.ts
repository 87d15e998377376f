import { observeUnitProperties } from '../../core/system/unit-properties.ts';
import type { System } from '../../core/system/system.ts';

/** Whether a unit does its work: `on` if it runs, or will at boot. At boot it may not have been started yet. */
export type UnitUse = 'on' | 'off';

/** Asks systemd, which has to run. @throws AgentError `process.failed` where it does not answer */
export async function observeUnitUse(system: System, unit: string): Promise<UnitUse> {
  const [properties = {}] = await observeUnitProperties(system, [unit], ['LoadState', 'ActiveState', 'UnitFileState']);
  const { LoadState, ActiveState = '', UnitFileState = '' } = properties;
  const runs = ['active', 'activating', 'reloading'].includes(ActiveState);
  return LoadState === 'loaded' && (runs || UnitFileState.startsWith('enabled')) ? 'on' : 'off';
}
