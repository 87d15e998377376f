import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { AgentError, ExitCode } from '../../../core/error/agent-error.ts';
import { takeTurns } from './in-turn.ts';
import type { Memory, Row, Sql, SqlValue } from './sql.ts';

const schemaVersion = 1;

const schema = `
CREATE TABLE queue (mark TEXT NOT NULL);
INSERT INTO queue VALUES (lower(hex(randomblob(16))));

CREATE TABLE run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  address TEXT NOT NULL,
  action TEXT NOT NULL,
  state TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  askedAt TEXT NOT NULL,
  startedAt TEXT,
  endedAt TEXT,
  reason TEXT,
  owner TEXT
);
CREATE UNIQUE INDEX oneQueued ON run (address, action) WHERE state = 'queued';
CREATE UNIQUE INDEX oneRunning ON run (address) WHERE state = 'running';
CREATE INDEX runByState ON run (state, id);
CREATE INDEX runByAddress ON run (address, id);

CREATE TABLE host (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  mac TEXT UNIQUE,
  uuid TEXT,
  address TEXT UNIQUE,
  name TEXT,
  state TEXT NOT NULL,
  step TEXT NOT NULL,
  since TEXT NOT NULL,
  detail TEXT,
  firstSeen TEXT NOT NULL,
  lastSeen TEXT NOT NULL,
  outcomeKey TEXT
);
`;

/**
 * Opens the memory of one server in a file. A change survives kill -9 once the call that makes it has returned, and a power
 * cut once the file of `logOf` was synced: a sync for each change would keep all machines waiting for the disk. Several
 * servers of one machine may have it open.
 * @param path of the file, or `:memory:`
 * @throws AgentError `serve.state-unusable`, `serve.state-version`
 */
export function openSqlite(path: string): Memory {
  const database = openFile(path);
  const statements = new Map<string, StatementSync>();
  const run = (text: string, values: readonly SqlValue[] = []): Row[] => {
    const statement = statements.get(text) ?? database.prepare(text);
    statements.set(text, statement);
    return statement.all(Object.fromEntries(values.map((value, index) => [`$${index + 1}`, value])));
  };
  const inside: Sql = { rows: async (text, values) => run(text, values) };
  // One connection has one transaction at a time; what comes meanwhile waits for its end.
  const inTurn = takeTurns();
  return {
    rows: (text, values) => inTurn(async () => run(text, values)),
    transact: (work) => inTurn(() => transact(database, () => work(inside))),
    close: () => inTurn(async () => database.close()),
  };
}

/** The file that changes are written to first (https://sqlite.org/wal.html). */
export function logOf(path: string): string {
  return `${path}-wal`;
}

async function transact<Result>(database: DatabaseSync, work: () => Promise<Result>): Promise<Result> {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = await work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

function openFile(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { timeout: 10_000 });
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE;');
    migrate(database, path);
    database.exec('COMMIT');
    return database;
  } catch (cause) {
    if (cause instanceof AgentError) throw cause;
    throw new AgentError('cannot open the state of the server', {
      code: 'serve.state-unusable',
      subject: path,
      remedy: 'name a folder of a local file system that you may write to, with --state',
      exitCode: ExitCode.stepFailed,
      cause,
    });
  }
}

function migrate(database: DatabaseSync, path: string): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (version === 0) database.exec(`${schema}; PRAGMA user_version = ${schemaVersion};`);
  else if (version !== schemaVersion)
    throw new AgentError(`cannot use the state of the server: it has version ${version}, not ${schemaVersion}`, {
      code: 'serve.state-version',
      subject: path,
      remedy: 'use the version of gandi-provision that wrote it, or name another folder with --state',
    });
}
