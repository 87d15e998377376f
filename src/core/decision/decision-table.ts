/** One row: the first that applies is the answer of its table. */
export interface DecisionRow<Subject, Outcome> {
  /** Its number in the table's document; it stays when rows are added. */
  readonly row: number;
  /** Stable name of what was found: `mounted`, `swap-disk.foreign-signature`. */
  readonly code: string;
  /** Why it applies, one line for people; false where it does not. */
  readonly applies: (subject: Subject) => string | false;
  readonly outcome: Outcome;
}

/** A decision that refuses or destroys, row by row as its document has it. */
export interface DecisionTable<Subject, Outcome> {
  /** Where a person reads it: `docs/decisions/blank-disk.md`. */
  readonly document: string;
  readonly rows: readonly DecisionRow<Subject, Outcome>[];
}

export interface Decision<Outcome> {
  readonly row: number;
  readonly code: string;
  /** One line for people; nothing is decided by it. */
  readonly because: string;
  readonly outcome: Outcome;
}

/** The first row that applies; undefined where none does. */
export function decide<Subject, Outcome>(
  { rows }: DecisionTable<Subject, Outcome>,
  subject: Subject,
): Decision<Outcome> | undefined {
  for (const { row, code, applies, outcome } of rows) {
    const because = applies(subject);
    if (because !== false) return { row, code, because, outcome };
  }
  return undefined;
}

/** The same for a table whose last row always applies. @throws Error if none does: the table has a gap */
export function decideAlways<Subject, Outcome>(
  table: DecisionTable<Subject, Outcome>,
  subject: Subject,
): Decision<Outcome> {
  const decision = decide(table, subject);
  if (decision === undefined) throw new Error(`no row of ${table.document} applies`);
  return decision;
}
