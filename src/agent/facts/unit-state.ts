import { askActiveState } from '../../core/system/service-manager.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';

/** ActiveState of a unit, as systemd names it: `active`, `activating`, `inactive`; undefined where nobody knows. */
export async function observeUnitState(system: System, unit: string): Promise<string | undefined> {
  if (!isRunningMachine(system)) return undefined;
  return (await askActiveState(unit)) ?? (await askSystemctl(system, unit));
}

/** systemctl(1): the word is what counts, the status says the same. */
async function askSystemctl({ processes }: System, unit: string): Promise<string | undefined> {
  const output = await processes
    .run('systemctl', ['is-active', unit], { acceptExitCodes: [1, 2, 3, 4] })
    .catch(() => undefined);
  return output?.stdout.trim();
}
