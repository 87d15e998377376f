import { type Db, PgBoss } from 'pg-boss';
import { AgentError, describeError } from '../../../core/error/agent-error.ts';
import type { Journal } from '../../../core/system/journal.ts';
import { connectionError } from './connection-error.ts';
import { bossSchema, postgresSchema, schemaName, schemaVersion } from './postgres-schema.ts';
import { takeTurns } from './in-turn.ts';
import type { Memory, Row, Sql, SqlValue } from './sql.ts';

/** Milliseconds; a database that does not answer is one that is not there. */
const connectLimit = 10_000;
const answerLimit = 20_000;

/** One number for all who change something: what SQLite does by BEGIN IMMEDIATE. */
const changeLock = 7_165_309;

export interface Postgres extends Memory {
  /** It has the connections, and its own tables in the same database. */
  readonly boss: PgBoss;
}

/**
 * Opens the memory that several servers share, and makes its tables where there are none. A password comes from where
 * every program of PostgreSQL finds it: PGPASSFILE, ~/.pgpass or PGPASSWORD.
 * @param url `postgres://USER@HOST:PORT/DATABASE`, or with `?host=/run/postgresql` for a socket
 * @throws AgentError `serve.queue-unreachable`, `serve.queue-refused`, `serve.queue-unusable`, `serve.state-version`
 */
export async function openPostgres(url: string, journal: Journal): Promise<Postgres> {
  const boss = new PgBoss({
    connectionString: url,
    options: `-c search_path=${schemaName} -c statement_timeout=${answerLimit}`,
    application_name: 'gandi-provision',
    connectionTimeoutMillis: connectLimit,
    schema: bossSchema,
    supervise: false,
    schedule: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
  });
  // Of connections that rest, too: the next one is made when it is needed.
  boss.on('error', (error) => journal.warn(`the database of the queue: ${describeError(error)}`));
  try {
    await boss.start();
    const memory = memoryOf(boss);
    await memory.transact((sql) => prepare(sql, url));
    return memory;
  } catch (cause) {
    await boss.stop({ graceful: false });
    throw cause instanceof AgentError ? cause : connectionError(url, cause);
  }
}

function memoryOf(boss: PgBoss): Postgres {
  const database = boss.getDb();
  // One lock has all changes follow each other: within a server they wait for it without a connection each.
  const inTurn = takeTurns();
  const transact: Memory['transact'] = async (work) => {
    const transaction = await database.beginTransaction?.();
    if (transaction === undefined) throw new Error('pg-boss has no connections of its own');
    try {
      const sql = sqlOf(transaction.db);
      await sql.rows('SELECT pg_advisory_xact_lock($1)', [changeLock]);
      const result = await work(sql);
      await transaction.commit();
      return result;
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
  };
  return {
    boss,
    rows: sqlOf(database).rows,
    transact: (work) => inTurn(() => transact(work)),
    close: () => boss.stop({ graceful: false }),
  };
}

function sqlOf(database: Db): Sql {
  return {
    rows: async (text, values: readonly SqlValue[] = []) => {
      // A text of several statements cannot have values, and has several results.
      const results: unknown = await database.executeSql(text, values.length === 0 ? undefined : [...values]);
      return (Array.isArray(results) ? results : [results]).flatMap(({ rows }: { rows: Row[] }) => rows);
    },
  };
}

async function prepare(sql: Sql, url: string): Promise<void> {
  for (const statement of postgresSchema) await sql.rows(statement);
  const [row] = await sql.rows('SELECT version FROM queue');
  if (row?.version === schemaVersion) return;
  throw new AgentError(`cannot use the state of the servers: it has version ${row?.version}, not ${schemaVersion}`, {
    code: 'serve.state-version',
    subject: url,
    remedy: 'use the version of gandi-provision that wrote it, or name another database with --queue',
  });
}
