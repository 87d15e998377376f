import { statesFolder } from '../cache/state-store.ts';
import { ownProcessName } from '../../../core/system/process-start.ts';
import type { EnterRequest } from './enter-inside.ts';
import { awaitSignal, statusOfSignal } from './await-signal.ts';
import { requireTemporaryFolder } from './folders-to-write.ts';
import { enterWord } from './inside-word.ts';
import { clearLeftovers, makeBuildFolders, removeBuildFolders } from './leftovers.ts';
import { type InsideHost, refuseWithoutNameSpace, startInside, statusOf } from './start-inside.ts';

export interface EnterHost extends Omit<InsideHost, 'output'> {
  /** Where temporary folders go. */
  readonly temporary: string;
  /** The folder for what is kept between builds. */
  readonly imageCache: string;
}

/**
 * Opens a shell, or runs a command, in the tree that the last failed build left. What is changed there is lost at its end.
 * @returns the exit status of the shell
 */
export async function enterFailedBuild(command: readonly string[], host: EnterHost): Promise<number> {
  if (!host.isRoot) await refuseWithoutNameSpace();
  await requireTemporaryFolder(host.temporary);
  // A terminal sends SIGINT to the shell too, and whether that ends it is for the shell to say.
  const interruption = awaitSignal(['SIGHUP', 'SIGTERM']);
  try {
    await clearLeftovers(host.temporary);
    const folders = await makeBuildFolders(host.temporary, host.working);
    try {
      const states = statesFolder(host.imageCache);
      const request: EnterRequest = { folders, states, command, owner: ownProcessName() };
      const child = startInside(enterWord, request, { ...host, output: 'own' });
      const end = await Promise.race([child.ended, interruption.received]);
      if (typeof end === 'object') return statusOf(end);
      child.channels[0]?.end();
      await child.ended;
      return statusOfSignal(end);
    } finally {
      await removeBuildFolders([folders.build, folders.image]);
    }
  } finally {
    interruption.stopWaiting();
  }
}
