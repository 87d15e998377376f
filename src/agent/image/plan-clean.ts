import type { Action } from '../action/actions.ts';
import type { Plan } from '../action/plan.ts';
import { machineIdPath } from '../identity/identity.ts';
import type { ImageRemains } from '../identity/image-remains.ts';

/**
 * Makes an image out of a machine: its copies get keys, an identity and a first boot of their own. An empty machine-id(5)
 * has systemd draw a new one at the next boot; host keys that are missing are made by bootstrap.
 */
export function planClean({ files, machineId, storageNames }: ImageRemains): Plan<Action> {
  return {
    steps: [
      { name: 'what one machine has', actions: files.map((path) => ({ kind: 'remove-file', path }) as const) },
      {
        name: 'machine identity',
        actions: machineId === undefined || machineId === '' ? [] : [emptyMachineId],
      },
    ],
    notes: storageNames.map(
      (path) => `${path} stays, and all copies would have this name: give each its own before it uses network storage`,
    ),
  };
}

const emptyMachineId = { kind: 'write-file', path: machineIdPath, content: '', mode: 0o444 } as const;
