import { UnknownLayout } from './unknown-layout.ts';

/** Something in an executable that the program never uses. */
export interface UnusedPart {
  readonly name: string;
  /**
   * Fills the part with bytes that cost nearly nothing in a package and, where they are zeros, nothing on a disk with holes.
   * @param executable its bytes, changed in place
   * @returns how many bytes were emptied
   * @throws UnknownLayout before it has changed anything
   */
  empty(executable: Buffer): number;
}

/**
 * Empties each part. One whose layout is unknown stays as it is, which costs space and nothing else.
 * @returns what was left as it is, and why: one line per part
 */
export function shrink(executable: Buffer, parts: readonly UnusedPart[]): string[] {
  return parts.flatMap(({ name, empty }) => {
    try {
      empty(executable);
      return [];
    } catch (error) {
      if (!(error instanceof UnknownLayout)) throw error;
      return [`${name}: left as it is: ${error.message}`];
    }
  });
}
