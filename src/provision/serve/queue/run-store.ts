import type { Clock } from '../../../core/system/clock.ts';
import { type Database, transact } from './database.ts';
import type { Run, RunAction, RunEnd, RunState } from './run.ts';

/** The runs of all machines, in the order in which they were asked for. */
export interface RunStore {
  /** The run that is queued or under way for this wish already, else a new one in the queue. */
  ask(address: string, action: RunAction): { readonly run: Run; readonly isNew: boolean };
  /**
   * Takes the next run whose machine has no other under way, while fewer than `limit` are under way in all.
   * @param owner who takes it
   * @param resting runs that are not to be taken yet
   */
  claim(owner: string, limit: number, resting: ReadonlySet<number>): Run | undefined;
  /**
   * Ends a run that is under way, as the caller saw it; where another server was quicker, nothing changes.
   * @returns the run as it is then
   */
  end(run: Run, end: RunEnd): Run;
  /** As `end`, but back into the queue for one more attempt, unless the same wish is queued already. */
  requeue(run: Run, end: RunEnd): Run;
  get(id: number): Run | undefined;
  running(): Run[];
  ofAddress(address: string): Run[];
  /** How many there are of each state. */
  counts(): ReadonlyMap<RunState, number>;
  /** Names this queue among all: no two have the same. */
  readonly mark: string;
}

/** Ended runs that are kept for each address, the newest. */
const keptRuns = 20;

export function openRunStore(database: Database, clock: Clock): RunStore {
  const now = () => clock.now().toISOString();
  const sql = (text: string) => database.prepare(text);
  const one = sql('SELECT * FROM run WHERE id = ?');
  const open = sql(
    "SELECT * FROM run WHERE address = ? AND action = ? AND state IN ('queued', 'running') ORDER BY id LIMIT 1",
  );
  const insert = sql("INSERT INTO run (address, action, state, attempt, askedAt) VALUES (?, ?, 'queued', 1, ?)");
  const countRunning = sql("SELECT count(*) AS count FROM run WHERE state = 'running'");
  const candidates = sql(`SELECT id FROM run WHERE state = 'queued'
    AND address NOT IN (SELECT address FROM run WHERE state = 'running') ORDER BY id`);
  const take = sql("UPDATE run SET state = 'running', owner = ?, startedAt = ? WHERE id = ?");
  const finish = sql('UPDATE run SET state = ?, reason = ?, endedAt = ?, owner = NULL WHERE id = ?');
  const again = sql(
    "UPDATE run SET state = 'queued', attempt = attempt + 1, reason = ?, owner = NULL, startedAt = NULL WHERE id = ?",
  );
  const twin = sql(`SELECT 1 FROM run AS other JOIN run ON run.id = ? WHERE other.state = 'queued'
    AND other.address = run.address AND other.action = run.action`);
  const underWay = sql("SELECT * FROM run WHERE state = 'running' ORDER BY id");
  const ofAddress = sql('SELECT * FROM run WHERE address = ? ORDER BY id DESC LIMIT ?');
  const forget = sql(`DELETE FROM run WHERE address = ?1 AND state NOT IN ('queued', 'running') AND id NOT IN
    (SELECT id FROM run WHERE address = ?1 ORDER BY id DESC LIMIT ?2)`);
  const states = sql('SELECT state, count(*) AS count FROM run GROUP BY state');

  const get = (id: number | bigint) => one.get(id) as unknown as Run | undefined;
  const known = (id: number | bigint): Run => {
    const run = get(id);
    if (run === undefined) throw new Error(`run ${id} is not in the queue`);
    return run;
  };
  const isAsSeen = ({ id, owner }: Run) => {
    const current = known(id);
    return current.state === 'running' && current.owner === owner;
  };
  const end = (id: number, { state, reason }: RunEnd) => {
    finish.run(state, reason, now(), id);
    const run = known(id);
    forget.run(run.address, keptRuns);
    return run;
  };

  return {
    mark: String(sql('SELECT mark FROM queue').get()?.mark),
    ask: (address, action) =>
      transact(database, () => {
        const run = open.get(address, action) as unknown as Run | undefined;
        if (run !== undefined) return { run, isNew: false };
        return { run: known(insert.run(address, action, now()).lastInsertRowid), isNew: true };
      }),
    claim: (owner, limit, resting) =>
      transact(database, () => {
        if (Number(countRunning.get()?.count) >= limit) return undefined;
        const id = candidates.all().find((row) => !resting.has(Number(row.id)))?.id;
        if (id === undefined || id === null) return undefined;
        take.run(owner, now(), id);
        return known(Number(id));
      }),
    end: (run, ended) => transact(database, () => (isAsSeen(run) ? end(run.id, ended) : known(run.id))),
    requeue: (run, ended) =>
      transact(database, () => {
        if (!isAsSeen(run)) return known(run.id);
        if (twin.get(run.id) !== undefined) return end(run.id, ended);
        again.run(ended.reason, run.id);
        return known(run.id);
      }),
    get,
    running: () => underWay.all() as unknown as Run[],
    ofAddress: (address) => ofAddress.all(address, keptRuns) as unknown as Run[],
    counts: () => new Map(states.all().map(({ state, count }) => [state as RunState, Number(count)])),
  };
}
