import type { Sql } from '../memory/sql.ts';
import type { Run } from './run.ts';

/** Which of the queued runs is started next; each call is part of the transaction that it is given. */
export interface Dispatch {
  /** @param restSeconds how long it is not to be started yet */
  queued(sql: Sql, run: Run, restSeconds: number): Promise<void>;
  /**
   * The number of the next run whose machine has no other under way, while fewer than `limit` are under way in all. From
   * then on it is under way.
   */
  next(sql: Sql, limit: number): Promise<number | undefined>;
  /** It is not under way any more: it has ended, or is queued once more. */
  ended(sql: Sql, run: Run): Promise<void>;
}

/** Out of the runs themselves: all that one server needs. What rests is this server's own knowledge. */
export function openOwnDispatch(now: () => number): Dispatch {
  const restsUntil = new Map<number, number>();
  return {
    queued: async (_sql, { id }, restSeconds) => {
      if (restSeconds > 0) restsUntil.set(id, now() + restSeconds);
    },
    next: async (sql, limit) => {
      const [running] = await sql.rows("SELECT count(*) AS count FROM run WHERE state = 'running'");
      if (Number(running?.count) >= limit) return undefined;
      const candidates = await sql.rows(`SELECT id FROM run WHERE state = 'queued'
        AND address NOT IN (SELECT address FROM run WHERE state = 'running') ORDER BY id`);
      const id = candidates.map((row) => Number(row.id)).find((each) => (restsUntil.get(each) ?? 0) <= now());
      if (id !== undefined) restsUntil.delete(id);
      return id;
    },
    ended: async () => undefined,
  };
}
