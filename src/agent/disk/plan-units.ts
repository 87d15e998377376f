import type { Action, Step } from './actions.ts';
import type { DiskRecord } from './disk-records.ts';
import type { MountUnit } from './mount-units.ts';
import { areOf, type StoppedUnits, stoppedUnitsFolder, stoppedUnitsPath } from './stopped-units.ts';

/**
 * Stops what uses a disk that goes. It is written down first: what was stopped runs again when this disk is back, also if
 * this is cut off.
 */
export function planStop({ key, uuid, serial }: DiskRecord, mountPoint: string, units: readonly MountUnit[]): Action[] {
  const stop = units.map(({ name }): Action => ({ kind: 'control-unit', unit: name, verb: 'stop' }));
  const names = units.filter(({ isTransient }) => !isTransient).map(({ name }) => name);
  if (names.length === 0) return stop;
  const content = `${JSON.stringify({ uuid, serial, mountPoint, units: names })}\n`;
  return [
    { kind: 'make-directory', path: stoppedUnitsFolder, mode: 0o700 },
    { kind: 'write-file', path: stoppedUnitsPath(key), content, mode: 0o600 },
    ...stop,
  ];
}

/** Starts again what was stopped for this disk, once it is where it was. */
export function planStart(record: DiskRecord, stopped: readonly StoppedUnits[]): Step[] {
  return stopped
    .filter((each) => each.mountPoint === record.mountPoint && areOf(each, record))
    .flatMap(({ path, units, mountPoint }) => [
      ...units.map(
        (unit): Step => ({ name: `start ${unit}`, actions: [{ kind: 'control-unit', unit, verb: 'start' }] }),
      ),
      // Whatever comes of it, it is not tried for ever.
      { name: `start what uses ${mountPoint}`, actions: [{ kind: 'remove-file', path }] },
    ]);
}
