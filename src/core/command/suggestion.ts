/**
 * ` (did you mean 'status'?)` for a word that is nearly one of those known, else nothing.
 * @param dashes what stands before such a word
 */
export function suggestion(word: string, known: readonly string[], dashes = ''): string {
  const near = known
    .map((candidate) => ({ candidate, distance: distanceBetween(word, candidate) }))
    .filter(({ distance }) => distance <= 2 && distance * 2 <= word.length)
    .sort((one, other) => one.distance - other.distance)[0];
  return near === undefined ? '' : ` (did you mean '${dashes}${near.candidate}'?)`;
}

/** How many letters have to be put in, left out or replaced (Levenshtein). */
function distanceBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [column, wanted] of [...other].entries()) {
      const replaced = (row[column] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
