import { ownProcessName } from '../../../core/system/process-start.ts';
import type { System } from '../../../core/system/system.ts';
import { openPostgres } from '../memory/postgres.ts';
import { type Backing, markOf } from './backing.ts';
import { openBossDispatch } from './boss-dispatch.ts';
import { openLease } from './lease.ts';
import { bootOf } from './own-backing.ts';

/**
 * A database of PostgreSQL, for servers of several machines behind one address.
 * @param url of the database, without a password
 * @throws AgentError `serve.queue-unreachable`, `serve.queue-refused`, `serve.queue-unusable`, `serve.state-version`
 */
export async function openSharedBacking({ files, clock, journal }: System, url: string): Promise<Backing> {
  const memory = await openPostgres(url, journal);
  try {
    const dispatch = await openBossDispatch(memory);
    const lease = await openLease(memory, clock, journal, `${ownProcessName()}@${await bootOf(files)}`);
    return {
      memory,
      dispatch,
      presence: lease,
      isShared: true,
      mark: await markOf(memory),
      watch: lease.watch,
      // A commit of PostgreSQL is on its disk.
      keep: async () => undefined,
      close: async () => {
        await lease.close();
        await memory.close();
      },
    };
  } catch (error) {
    await memory.close();
    throw error;
  }
}
