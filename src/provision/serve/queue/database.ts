import { DatabaseSync } from 'node:sqlite';
import { AgentError, ExitCode } from '../../../core/error/agent-error.ts';

export type Database = DatabaseSync;

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
 * Opens the server's memory: what was asked for, what runs, and how far each machine is. A change survives kill -9 once the
 * call that makes it has returned, and a power cut once the file of `logOf` was synced: a sync for each change would keep
 * all machines waiting for the disk. Several servers may have it open.
 * @param path of the file, or `:memory:`
 * @throws AgentError `serve.state-unusable`
 */
export function openDatabase(path: string): Database {
  try {
    const database = new DatabaseSync(path, { timeout: 10_000 });
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    transact(database, () => migrate(database, path));
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

/** The file that changes are written to first (https://sqlite.org/wal.html). */
export function logOf(path: string): string {
  return `${path}-wal`;
}

/** Makes all the changes of `work`, or none if it throws; no other process changes anything meanwhile. */
export function transact<Result>(database: Database, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

function migrate(database: Database, path: string): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (version === 0) database.exec(`${schema}; PRAGMA user_version = ${schemaVersion};`);
  else if (version !== schemaVersion)
    throw new AgentError(`cannot use the state of the server: it has version ${version}, not ${schemaVersion}`, {
      code: 'serve.state-version',
      subject: path,
      remedy: 'use the version of gandi-provision that wrote it, or name another folder with --state',
    });
}
