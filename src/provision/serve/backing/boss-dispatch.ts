import type { Db } from 'pg-boss';
import type { Postgres } from '../memory/postgres.ts';
import type { Sql, SqlValue } from '../memory/sql.ts';
import type { Dispatch } from '../queue/dispatch.ts';
import type { Run } from '../queue/run.ts';

const queueName = 'runs';

/** All runs are one group: that limits how many are under way in all servers together. */
const group = { id: 'all' };

/**
 * The order of runs by pg-boss: a job for each attempt, whose key is the machine. The policy `singleton` has one job of a
 * key under way, whichever server it is on. A job is removed with its run's end, so nothing of pg-boss has to look after its
 * tables, and nothing but the store of runs decides of a further attempt.
 */
export async function openBossDispatch({ boss }: Postgres): Promise<Dispatch> {
  await boss.createQueue(queueName, { policy: 'singleton', retryLimit: 0 });
  return {
    queued: async (sql, run, restSeconds) => {
      const options = { id: jobOf(run), singletonKey: run.address, group, startAfter: Math.ceil(restSeconds) };
      await boss.send(queueName, { run: run.id }, { ...options, db: doorOf(sql) });
    },
    next: async (sql, limit) => {
      const [job] = await boss.fetch<{ run: number }>(queueName, { groupConcurrency: limit, db: doorOf(sql) });
      return job?.data.run;
    },
    ended: async (sql, run) => {
      await boss.deleteJob(queueName, jobOf(run), { db: doorOf(sql) });
    },
  };
}

/** A UUID of the run and its attempt. */
function jobOf({ id, attempt }: Run): string {
  return `${id.toString(16).padStart(8, '0')}-0000-4000-8000-${attempt.toString(16).padStart(12, '0')}`;
}

function doorOf(sql: Sql): Db {
  return { executeSql: async (text, values) => ({ rows: await sql.rows(text, values as SqlValue[] | undefined) }) };
}
