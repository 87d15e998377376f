import type { Action, Step } from './actions.ts';
import type { MountUnit } from './mount-units.ts';
import { stoppedUnitsFolder, stoppedUnitsPath } from './stopped-units.ts';

/** Stops what uses a disk that goes. It is written down first: what was stopped runs again when the disk is back, also if this is cut off. */
export function planStop(mountPoint: string, units: readonly MountUnit[]): Action[] {
  const stop = units.map(({ name }): Action => ({ kind: 'control-unit', unit: name, verb: 'stop' }));
  const content = units.flatMap(({ name, isTransient }) => (isTransient ? [] : `${name}\n`)).join('');
  if (content === '') return stop;
  return [
    { kind: 'make-directory', path: stoppedUnitsFolder, mode: 0o700 },
    { kind: 'write-file', path: stoppedUnitsPath(mountPoint), content, mode: 0o600 },
    ...stop,
  ];
}

/** Starts again what was stopped for the disk that is mounted here. */
export function planStart(mountPoint: string, units: readonly string[]): Step[] {
  if (units.length === 0) return [];
  const start = units.map(
    (unit): Step => ({ name: `start ${unit}`, actions: [{ kind: 'control-unit', unit, verb: 'start' }] }),
  );
  // Whatever comes of it, it is not tried for ever.
  return [
    ...start,
    { name: `start what uses ${mountPoint}`, actions: [{ kind: 'remove-file', path: stoppedUnitsPath(mountPoint) }] },
  ];
}
