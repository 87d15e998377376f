import { randomBytes } from 'node:crypto';
import { kernelRandom } from '../../core/system/kernel-random.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';

/** Writes a new machine id to these files, the same to each; machine-id(5) has the form. */
export interface MakeMachineId {
  readonly kind: 'make-machine-id';
  readonly paths: readonly string[];
}

export const makeMachineIdKind: ActionKind<MakeMachineId> = {
  kind: 'make-machine-id',
  describe: ({ paths }) => `write a new machine id to ${paths.join(' and ')}`,
  apply: makeMachineId,
};

/** Made only now: a copy of a running machine seeds its random numbers again right before. A tree has no kernel to ask. */
async function makeMachineId({ paths }: MakeMachineId, system: System): Promise<void> {
  const bytes = isRunningMachine(system) ? await kernelRandom(system.files, 16) : randomBytes(16);
  for (const path of paths) await system.files.replace(path, `${bytes.toString('hex')}\n`, { mode: 0o444 });
}
