export const schemaName = 'gandi_provision';

/** Tables of pg-boss, beside ours. */
export const bossSchema = 'gandi_provision_boss';

export const schemaVersion = 1;

/** As in SQLite, with the servers that have it open. */
export const postgresSchema = [
  `CREATE SCHEMA IF NOT EXISTS ${schemaName}`,
  'CREATE TABLE IF NOT EXISTS queue (mark TEXT NOT NULL, version INTEGER NOT NULL)',
  'CREATE TABLE IF NOT EXISTS server (name TEXT PRIMARY KEY, seen TIMESTAMPTZ NOT NULL)',
  `CREATE TABLE IF NOT EXISTS run (
    id INTEGER PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    address TEXT NOT NULL,
    action TEXT NOT NULL,
    state TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    "askedAt" TEXT NOT NULL,
    "startedAt" TEXT,
    "endedAt" TEXT,
    reason TEXT,
    owner TEXT
  )`,
  `CREATE UNIQUE INDEX IF NOT EXISTS one_queued ON run (address, action) WHERE state = 'queued'`,
  `CREATE UNIQUE INDEX IF NOT EXISTS one_running ON run (address) WHERE state = 'running'`,
  'CREATE INDEX IF NOT EXISTS run_by_state ON run (state, id)',
  'CREATE INDEX IF NOT EXISTS run_by_address ON run (address, id)',
  `CREATE TABLE IF NOT EXISTS host (
    id INTEGER PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    mac TEXT UNIQUE,
    uuid TEXT,
    address TEXT UNIQUE,
    name TEXT,
    state TEXT NOT NULL,
    step TEXT NOT NULL,
    since TEXT NOT NULL,
    detail TEXT,
    "firstSeen" TEXT NOT NULL,
    "lastSeen" TEXT NOT NULL,
    "outcomeKey" TEXT
  )`,
  `INSERT INTO queue (mark, version) SELECT replace(gen_random_uuid()::text, '-', ''), ${schemaVersion}
   WHERE NOT EXISTS (SELECT 1 FROM queue)`,
];
