import { describeError } from '../../../core/error/agent-error.ts';
import type { Clock } from '../../../core/system/clock.ts';
import type { Journal } from '../../../core/system/journal.ts';
import type { Memory, Sql } from '../memory/sql.ts';
import type { Worker } from '../queue/queue.ts';

/** Seconds. A server that did not renew its lease for `goneAfter` is gone for the others. */
const renewEvery = 5;
const goneAfter = 30;

/**
 * Seconds after which it ends its own commands: early enough that they are killed before another server may start the
 * next one for the same machine.
 */
const giveUpAfter = 15;

/** That a server works, as others see it in the database that all of them have open. */
export interface Lease extends Pick<Worker, 'name' | 'isPresent' | 'isThere'> {
  watch(onLost: () => void): void;
  close(): Promise<void>;
}

/** Takes a lease and renews it until it is closed. All times are those of the database: clocks of machines differ. */
export async function openLease(memory: Memory, clock: Clock, journal: Journal, name: string): Promise<Lease> {
  await renew(memory, name);
  let renewedAt = clock.monotonic();
  let onLost: () => void = () => undefined;
  let underWay: Promise<void> | undefined;
  const isPresent = () => clock.monotonic() - renewedAt < giveUpAfter;
  const tryToRenew = async () => {
    // The lease counts from before the database was asked.
    const asked = clock.monotonic();
    await renew(memory, name).then(
      () => {
        renewedAt = asked;
      },
      (error: unknown) => journal.error(`cannot tell the other servers that this one works: ${describeError(error)}`),
    );
    underWay = undefined;
  };
  const timer = setInterval(() => {
    underWay ??= tryToRenew();
    if (!isPresent()) onLost();
  }, renewEvery * 1000);
  return {
    name,
    isPresent,
    isThere: async (other) => {
      const rows = await memory.rows(
        `SELECT 1 FROM server WHERE name = $1 AND seen > now() - make_interval(secs => $2)`,
        [other, goneAfter],
      );
      return rows.length > 0;
    },
    watch: (lost) => {
      onLost = lost;
    },
    close: async () => {
      clearInterval(timer);
      await underWay;
      await memory.rows('DELETE FROM server WHERE name = $1', [name]).catch(() => undefined);
    },
  };
}

async function renew(sql: Sql, name: string): Promise<void> {
  await sql.rows(
    `INSERT INTO server (name, seen) VALUES ($1, now()) ON CONFLICT (name) DO UPDATE SET seen = excluded.seen`,
    [name],
  );
  await sql.rows(`DELETE FROM server WHERE seen < now() - interval '1 day'`);
}
