import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Secret } from '../../../core/secret/secret.ts';
import type { Clock } from '../../../core/system/clock.ts';
import type { Memory, Row, Sql, SqlValue } from '../memory/sql.ts';
import { advance, type HostEvent } from './advance.ts';
import type { Host, HostIdentity, HostState } from './host.ts';

/** All machines that were ever seen, until they are forgotten. */
export interface HostStore {
  /** Notes an event of the machine that is known by this, or that is seen for the first time. */
  note(identity: HostIdentity, event: HostEvent): Promise<Host>;
  /** As `note`, for a machine that is known already. */
  noteById(id: number, event: HostEvent): Promise<Host | undefined>;
  find(identity: HostIdentity): Promise<Host | undefined>;
  /** By its number, MAC address, UUID, address or name, whichever is it. */
  lookUp(word: string): Promise<Host | undefined>;
  get(id: number): Promise<Host | undefined>;
  all(): Promise<Host[]>;
  name(id: number, name: string): Promise<void>;
  forget(id: number): Promise<boolean>;
  /** Makes a new key by which the machine's agent posts its outcome; an older one is worth nothing from then on. */
  newOutcomeKey(id: number): Promise<Secret>;
  isOutcomeKey(id: number, key: string): Promise<boolean>;
  counts(): Promise<ReadonlyMap<HostState, number>>;
}

const columns = 'id, mac, uuid, address, name, state, step, since, detail, "firstSeen", "lastSeen"';

export function openHostStore(memory: Memory, clock: Clock): HostStore {
  return {
    note: (identity, event) => memory.transact((sql) => noteHost(sql, clock, identity, event)),
    noteById: (id, event) =>
      memory.transact(async (sql) => {
        const before = await get(sql, id);
        return before === undefined ? undefined : write(sql, clock, before, {}, event);
      }),
    find: (identity) => find(memory, identity),
    lookUp: (word) =>
      /^\d{1,9}$/.test(word)
        ? get(memory, Number(word))
        : one(memory, 'mac = $1 OR uuid = $1 OR address = $1 OR name = $1', [word.toLowerCase()]),
    get: (id) => get(memory, id),
    all: async () => (await memory.rows(`SELECT ${columns} FROM host ORDER BY id`)).map(hostOf),
    name: async (id, name) => {
      await memory.rows('UPDATE host SET name = $1 WHERE id = $2', [name.toLowerCase(), id]);
    },
    forget: async (id) => (await memory.rows('DELETE FROM host WHERE id = $1 RETURNING id', [id])).length > 0,
    newOutcomeKey: async (id) => {
      const key = randomBytes(24).toString('base64url');
      await memory.rows('UPDATE host SET "outcomeKey" = $1 WHERE id = $2', [digest(key).toString('hex'), id]);
      return new Secret(key);
    },
    isOutcomeKey: async (id, key) => {
      const [row] = await memory.rows('SELECT "outcomeKey" FROM host WHERE id = $1', [id]);
      const known = row?.outcomeKey;
      return typeof known === 'string' && timingSafeEqual(Buffer.from(known, 'hex'), digest(key));
    },
    counts: async () => {
      const rows = await memory.rows('SELECT state, count(*) AS count FROM host GROUP BY state');
      return new Map(rows.map(({ state, count }) => [state as HostState, Number(count)]));
    },
  };
}

/** As `HostStore.note`, in a transaction that changes something else too. */
export async function noteHost(sql: Sql, clock: Clock, identity: HostIdentity, event: HostEvent): Promise<Host> {
  return write(sql, clock, await find(sql, identity), identity, event);
}

async function write(
  sql: Sql,
  clock: Clock,
  before: Host | undefined,
  identity: HostIdentity,
  event: HostEvent,
): Promise<Host> {
  const {
    mac = null,
    uuid = null,
    address = null,
  }: { [Key in keyof HostIdentity]: string | null | undefined } = identity;
  const now = clock.now().toISOString();
  const { state, step, since, detail } = advance(before, event, now);
  if (address !== null) await releaseAddress(sql, address, before?.id ?? -1);
  const values = [mac, uuid, address, state, step, since, detail, now];
  const [row] =
    before === undefined
      ? await sql.rows(
          `INSERT INTO host (mac, uuid, address, state, step, since, detail, "firstSeen", "lastSeen")
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) RETURNING ${columns}`,
          values,
        )
      : await sql.rows(
          `UPDATE host SET mac = coalesce($1, mac), uuid = coalesce($2, uuid), address = coalesce($3, address),
           state = $4, step = $5, since = $6, detail = $7, "lastSeen" = $8 WHERE id = $9 RETURNING ${columns}`,
          [...values, before.id],
        );
  if (row === undefined) throw new Error('the machine is not known');
  return hostOf(row);
}

/** Another machine that had it has none now, and is forgotten where nothing else was known of it. */
async function releaseAddress(sql: Sql, address: string, id: number): Promise<void> {
  await sql.rows('DELETE FROM host WHERE address = $1 AND id <> $2 AND mac IS NULL AND uuid IS NULL', [address, id]);
  await sql.rows('UPDATE host SET address = NULL WHERE address = $1 AND id <> $2', [address, id]);
}

async function find(sql: Sql, { mac, uuid, address }: HostIdentity): Promise<Host | undefined> {
  const byMac = mac === undefined ? undefined : await one(sql, 'mac = $1', [mac]);
  if (byMac !== undefined) return byMac;
  const sameUuid = 'uuid = $1 AND (mac IS NULL OR CAST($2 AS TEXT) IS NULL)';
  const byUuid = uuid === undefined ? undefined : await one(sql, sameUuid, [uuid, mac ?? null]);
  // An address alone tells a machine; one beside a MAC address may have been another machine's before.
  const isNamed = mac !== undefined || uuid !== undefined;
  return byUuid ?? (isNamed || address === undefined ? undefined : one(sql, 'address = $1', [address]));
}

async function get(sql: Sql, id: number): Promise<Host | undefined> {
  return one(sql, 'id = $1', [id]);
}

async function one(sql: Sql, condition: string, values: readonly SqlValue[]): Promise<Host | undefined> {
  const [row] = await sql.rows(`SELECT ${columns} FROM host WHERE ${condition} ORDER BY id LIMIT 1`, values);
  return row === undefined ? undefined : hostOf(row);
}

function hostOf(row: Row): Host {
  return row as unknown as Host;
}

/** Only this is kept: who reads the state learns no key. */
function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
