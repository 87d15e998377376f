import { matchesGlob } from 'node:path';

/** Whether a name is meant by a pattern as a shell has them; a plain name means itself. */
export function matchesPattern(name: string, pattern: string): boolean {
  return matchesGlob(name, pattern);
}
