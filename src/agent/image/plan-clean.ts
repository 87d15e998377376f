import type { Action } from '../action/actions.ts';
import type { Plan } from '../action/plan.ts';
import { machineIdPath } from '../identity/identity.ts';
import type { CleanFacts } from './observe-clean.ts';

/**
 * Makes an image out of a machine: its copies get keys, an identity, a network and a first boot of their own. An empty machine-id(5)
 * has systemd draw a new one at the next boot; host keys that are missing are made by bootstrap.
 */
export function planClean({ files, machineId, storageNames, networkFiles, kept }: CleanFacts): Plan<Action> {
  const remove = (path: string) => ({ kind: 'remove-file', path }) as const;
  return {
    steps: [
      // Before the record that tells which of them are the agent's.
      { name: 'its network', actions: networkFiles.map(remove) },
      { name: 'what one machine has', actions: files.map(remove) },
      {
        name: 'machine identity, to be drawn at the next boot',
        actions: machineId === undefined || machineId === '' ? [] : [emptyMachineId],
      },
    ],
    notes: [
      ...kept,
      ...storageNames.map(
        (path) =>
          `${path} stays, and all copies would have this name: give each its own before it uses network storage`,
      ),
    ],
  };
}

const emptyMachineId = { kind: 'write-file', path: machineIdPath, content: '', mode: 0o444 } as const;
