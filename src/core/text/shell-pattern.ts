import { matchesGlob } from 'node:path';

/** Whether a name is meant by a pattern as a shell has them. Most patterns are names: those are compared, as Node's first look at a pattern takes 10 ms. */
export function matchesPattern(name: string, pattern: string): boolean {
  return /[*?[\]{}()!+@\\]/.test(pattern) ? matchesGlob(name, pattern) : name === pattern;
}
