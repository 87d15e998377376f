import { constants } from 'node:fs';
import type { Files } from '../../../core/system/files.ts';
import { isProcessThere, ownProcessName } from '../../../core/system/process-start.ts';
import type { System } from '../../../core/system/system.ts';
import { logOf, openSqlite } from '../memory/sqlite.ts';
import { openOwnDispatch } from '../queue/dispatch.ts';
import { type Backing, markOf } from './backing.ts';
import { shareSync } from './shared-sync.ts';

/**
 * A file in the state folder, for the servers of one machine.
 * @throws AgentError `serve.state-unusable`, `serve.state-version`
 */
export async function openOwnBacking({ files, clock }: System, stateFolder: string): Promise<Backing> {
  const boot = await bootOf(files);
  const path = `${stateFolder}/serve.db`;
  const memory = openSqlite(path);
  return {
    memory,
    dispatch: openOwnDispatch(() => clock.monotonic()),
    presence: {
      // Numbers of processes begin again with each boot.
      name: `${ownProcessName()}@${boot}`,
      isPresent: () => true,
      isThere: async (name) => {
        const [process = '', itsBoot] = name.split('@');
        return itsBoot === boot && isProcessThere(process);
      },
    },
    isShared: false,
    mark: await markOf(memory),
    watch: () => undefined,
    keep: shareSync(() => syncFile(files, logOf(path))),
    close: () => memory.close(),
  };
}

/** Names the time since this machine was started. */
export async function bootOf(files: Files): Promise<string> {
  return (await files.read('/proc/sys/kernel/random/boot_id'))?.trim() ?? '';
}

async function syncFile(files: Files, path: string): Promise<void> {
  await using file = await files.open(path, constants.O_RDONLY);
  await file.datasync();
}
