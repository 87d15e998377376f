import { AgentError } from '../../core/error/agent-error.ts';
import { reseedKernelRandom } from '../../core/system/kernel-random.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';

/** Has the kernel make random numbers that no other copy of this machine's memory makes. Does nothing on a tree that is not running. */
export interface ReseedRandom {
  readonly kind: 'reseed-random';
}

export const reseedRandomKind: ActionKind<ReseedRandom> = {
  kind: 'reseed-random',
  isLiveOnly: () => true,
  describe: () => 'have the kernel seed its random numbers again',
  apply: reseedRandom,
};

/** @throws AgentError `random.not-reseeded` */
async function reseedRandom(_action: ReseedRandom, system: System): Promise<void> {
  if (!isRunningMachine(system)) return;
  if (await reseedKernelRandom(system.files)) return;
  throw new AgentError('cannot seed the random numbers of the kernel again', {
    code: 'random.not-reseeded',
    subject: '/dev/urandom',
    remedy: 'reboot the machine: without a new seed its keys could be those of another copy',
  });
}
