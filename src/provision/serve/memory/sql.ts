export type SqlValue = string | number | null;

export type Row = Readonly<Record<string, unknown>>;

/**
 * What SQLite and PostgreSQL both understand: `$1` for a value, names with capitals in quotes, RETURNING.
 */
export interface Sql {
  /** Runs one statement. @returns the rows that it gives */
  rows(text: string, values?: readonly SqlValue[]): Promise<Row[]>;
}

/** The server's memory: what was asked for, what runs, and how far each machine is. */
export interface Memory extends Sql {
  /**
   * Makes all the changes of `work`, or none if it throws; nobody else changes anything meanwhile. `work` uses what it is
   * given, and never the memory itself.
   */
  transact<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}
