import type { Clock } from '../../../core/system/clock.ts';
import type { Memory, Row, Sql } from '../memory/sql.ts';
import type { Dispatch } from './dispatch.ts';
import type { Run, RunAction, RunEnd, RunState } from './run.ts';

/** The runs of all machines, in the order in which they were asked for. */
export interface RunStore {
  /** The run that is queued or under way for this wish already, else a new one in the queue. */
  ask(address: string, action: RunAction): Promise<Run>;
  /**
   * Takes the next run whose machine has no other under way, while fewer than `limit` are under way in all.
   * @param owner who takes it
   */
  claim(owner: string, limit: number): Promise<Run | undefined>;
  /**
   * Ends a run that is under way, as the caller saw it; where another server was quicker, nothing changes.
   * @returns the run as it is then
   */
  end(run: Run, end: RunEnd): Promise<Run>;
  /**
   * As `end`, but back into the queue for one more attempt, unless the same wish is queued already.
   * @param restSeconds how long it is not to be started yet
   */
  requeue(run: Run, end: RunEnd, restSeconds: number): Promise<Run>;
  get(id: number): Promise<Run | undefined>;
  running(): Promise<Run[]>;
  ofAddress(address: string): Promise<Run[]>;
  /** How many there are of each state. */
  counts(): Promise<ReadonlyMap<RunState, number>>;
}

/** Does what is to be done with a change of a run, in its transaction. */
export type RunChanged = (sql: Sql, run: Run) => Promise<void>;

/** Ended runs that are kept for each address, the newest. */
const keptRuns = 20;

export function openRunStore(memory: Memory, dispatch: Dispatch, clock: Clock, changed: RunChanged): RunStore {
  const now = () => clock.now().toISOString();
  const ask = async (sql: Sql, address: string, action: RunAction) => {
    const [open] = await sql.rows(
      `SELECT * FROM run WHERE address = $1 AND action = $2 AND state IN ('queued', 'running') ORDER BY id LIMIT 1`,
      [address, action],
    );
    if (open !== undefined) return runOf(open);
    const run = await changeOne(
      sql,
      `INSERT INTO run (address, action, state, attempt, "askedAt") VALUES ($1, $2, 'queued', 1, $3) RETURNING *`,
      [address, action, now()],
    );
    await dispatch.queued(sql, run, 0);
    await changed(sql, run);
    return run;
  };
  const claim = async (sql: Sql, owner: string, limit: number) => {
    const id = await dispatch.next(sql, limit);
    if (id === undefined) return undefined;
    const taken = `UPDATE run SET state = 'running', owner = $1, "startedAt" = $2 WHERE id = $3 RETURNING *`;
    const run = await changeOne(sql, taken, [owner, now(), id]);
    await changed(sql, run);
    return run;
  };
  const end = async (sql: Sql, { id }: Run, { state, reason }: RunEnd) => {
    const finish = `UPDATE run SET state = $1, reason = $2, "endedAt" = $3, owner = NULL WHERE id = $4 RETURNING *`;
    const run = await changeOne(sql, finish, [state, reason, now(), id]);
    await dispatch.ended(sql, run);
    await forgetOld(sql, run.address);
    await changed(sql, run);
    return run;
  };
  const requeue = async (sql: Sql, run: Run, ended: RunEnd, restSeconds: number) => {
    const twin = `SELECT 1 FROM run WHERE state = 'queued' AND address = $1 AND action = $2`;
    if ((await sql.rows(twin, [run.address, run.action])).length > 0) return end(sql, run, ended);
    await dispatch.ended(sql, run);
    const again = await changeOne(
      sql,
      `UPDATE run SET state = 'queued', attempt = attempt + 1, reason = $1, owner = NULL, "startedAt" = NULL
       WHERE id = $2 RETURNING *`,
      [ended.reason, run.id],
    );
    await dispatch.queued(sql, again, restSeconds);
    await changed(sql, again);
    return again;
  };
  /** Another server may have ended it meanwhile, or have it in its next attempt. */
  const asSeen = (run: Run, change: (sql: Sql) => Promise<Run>) =>
    memory.transact(async (sql) => {
      const current = await known(sql, run.id);
      return current.state === 'running' && current.owner === run.owner ? change(sql) : current;
    });

  return {
    ask: (address, action) => memory.transact((sql) => ask(sql, address, action)),
    claim: (owner, limit) => memory.transact((sql) => claim(sql, owner, limit)),
    end: (run, ended) => asSeen(run, (sql) => end(sql, run, ended)),
    requeue: (run, ended, restSeconds) => asSeen(run, (sql) => requeue(sql, run, ended, restSeconds)),
    get: (id) => find(memory, id),
    running: async () => (await memory.rows("SELECT * FROM run WHERE state = 'running' ORDER BY id")).map(runOf),
    ofAddress: async (address) => {
      const rows = await memory.rows('SELECT * FROM run WHERE address = $1 ORDER BY id DESC LIMIT $2', [
        address,
        keptRuns,
      ]);
      return rows.map(runOf);
    },
    counts: async () => {
      const rows = await memory.rows('SELECT state, count(*) AS count FROM run GROUP BY state');
      return new Map(rows.map(({ state, count }) => [state as RunState, Number(count)]));
    },
  };
}

async function changeOne(sql: Sql, text: string, values: Parameters<Sql['rows']>[1]): Promise<Run> {
  const [row] = await sql.rows(text, values);
  if (row === undefined) throw new Error('the run is not in the queue');
  return runOf(row);
}

async function find(sql: Sql, id: number): Promise<Run | undefined> {
  const [row] = await sql.rows('SELECT * FROM run WHERE id = $1', [id]);
  return row === undefined ? undefined : runOf(row);
}

async function known(sql: Sql, id: number): Promise<Run> {
  const run = await find(sql, id);
  if (run === undefined) throw new Error(`run ${id} is not in the queue`);
  return run;
}

async function forgetOld(sql: Sql, address: string): Promise<void> {
  await sql.rows(
    `DELETE FROM run WHERE address = $1 AND state NOT IN ('queued', 'running') AND id NOT IN
     (SELECT id FROM run WHERE address = $1 ORDER BY id DESC LIMIT $2)`,
    [address, keptRuns],
  );
}

function runOf(row: Row): Run {
  return row as unknown as Run;
}
