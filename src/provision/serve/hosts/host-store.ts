import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Secret } from '../../../core/secret/secret.ts';
import type { Clock } from '../../../core/system/clock.ts';
import { type Database, transact } from '../queue/database.ts';
import { advance, type HostEvent } from './advance.ts';
import type { Host, HostIdentity, HostState } from './host.ts';

/** All machines that were ever seen, until they are forgotten. */
export interface HostStore {
  /** Notes an event of the machine that is known by this, or that is seen for the first time. */
  note(identity: HostIdentity, event: HostEvent): Host;
  /** As `note`, for a machine that is known already. */
  noteById(id: number, event: HostEvent): Host | undefined;
  find(identity: HostIdentity): Host | undefined;
  /** By its number, MAC address, UUID, address or name, whichever is it. */
  lookUp(word: string): Host | undefined;
  get(id: number): Host | undefined;
  all(): Host[];
  name(id: number, name: string): void;
  forget(id: number): boolean;
  /** Makes a new key by which the machine's agent posts its outcome; an older one is worth nothing from then on. */
  newOutcomeKey(id: number): Secret;
  isOutcomeKey(id: number, key: string): boolean;
  counts(): ReadonlyMap<HostState, number>;
}

const columns = 'id, mac, uuid, address, name, state, step, since, detail, firstSeen, lastSeen';

export function openHostStore(database: Database, clock: Clock): HostStore {
  const sql = (text: string) => database.prepare(text);
  const select = (condition: string) => sql(`SELECT ${columns} FROM host WHERE ${condition} ORDER BY id LIMIT 1`);
  const byId = select('id = ?');
  const byMac = select('mac = ?');
  const byUuid = select('uuid = ? AND (mac IS NULL OR ? IS NULL)');
  const byAddress = select('address = ?');
  const byWord = select('mac = ?1 OR uuid = ?1 OR address = ?1 OR name = ?1');
  const everything = sql(`SELECT ${columns} FROM host ORDER BY id`);
  const insert = sql(
    `INSERT INTO host (mac, uuid, address, state, step, since, detail, firstSeen, lastSeen)
     VALUES (:mac, :uuid, :address, :state, :step, :since, :detail, :now, :now)`,
  );
  const update = sql(
    `UPDATE host SET mac = coalesce(:mac, mac), uuid = coalesce(:uuid, uuid), address = coalesce(:address, address),
     state = :state, step = :step, since = :since, detail = :detail, lastSeen = :now WHERE id = :id`,
  );
  const dropNameless = sql('DELETE FROM host WHERE address = ? AND id <> ? AND mac IS NULL AND uuid IS NULL');
  const release = sql('UPDATE host SET address = NULL WHERE address = ? AND id <> ?');
  const rename = sql('UPDATE host SET name = ? WHERE id = ?');
  const remove = sql('DELETE FROM host WHERE id = ?');
  const setKey = sql('UPDATE host SET outcomeKey = ? WHERE id = ?');
  const keyOf = sql('SELECT outcomeKey FROM host WHERE id = ?');
  const states = sql('SELECT state, count(*) AS count FROM host GROUP BY state');

  const hostOf = (row: unknown) => row as Host | undefined;
  const get = (id: number) => hostOf(byId.get(id));
  const find = ({ mac, uuid, address }: HostIdentity): Host | undefined => {
    const found =
      (mac === undefined ? undefined : byMac.get(mac)) ??
      (uuid === undefined ? undefined : byUuid.get(uuid, mac ?? null));
    // An address alone tells a machine; one beside a MAC address may have been another machine's before.
    const isNamed = mac !== undefined || uuid !== undefined;
    return hostOf(found ?? (isNamed || address === undefined ? undefined : byAddress.get(address)));
  };

  const write = (before: Host | undefined, identity: HostIdentity, event: HostEvent): Host => {
    const now = clock.now().toISOString();
    const { mac = null, uuid = null, address = null } = identity;
    const progress = { ...advance(before, event, now) };
    const { state, step, since, detail } = progress;
    const values = { mac, uuid, address, state, step, since, detail, now };
    if (address !== null) {
      dropNameless.run(address, before?.id ?? -1);
      release.run(address, before?.id ?? -1);
    }
    const id = before === undefined ? Number(insert.run(values).lastInsertRowid) : before.id;
    if (before !== undefined) update.run({ ...values, id });
    return get(id) as Host;
  };

  return {
    note: (identity, event) => transact(database, () => write(find(identity), identity, event)),
    noteById: (id, event) =>
      transact(database, () => {
        const before = get(id);
        return before === undefined ? undefined : write(before, {}, event);
      }),
    find,
    lookUp: (word) => (/^\d+$/.test(word) ? get(Number(word)) : hostOf(byWord.get(word.toLowerCase()))),
    get,
    all: () => everything.all() as unknown as Host[],
    name: (id, name) => void rename.run(name.toLowerCase(), id),
    forget: (id) => Number(remove.run(id).changes) > 0,
    newOutcomeKey: (id) => {
      const key = randomBytes(24).toString('base64url');
      setKey.run(digest(key).toString('hex'), id);
      return new Secret(key);
    },
    isOutcomeKey: (id, key) => {
      const known = keyOf.get(id)?.outcomeKey;
      return typeof known === 'string' && timingSafeEqual(Buffer.from(known, 'hex'), digest(key));
    },
    counts: () => new Map(states.all().map(({ state, count }) => [state as HostState, Number(count)])),
  };
}

/** Only this is kept: who reads the state learns no key. */
function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
