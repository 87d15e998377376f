/** A folder of hooks and data with a name: what an image is put together from. */
export interface Element {
  readonly name: string;
  /** Its path on this host. */
  readonly folder: string;
  /** Names in its `element-deps`, as they stand there. */
  readonly needs: readonly string[];
  /** Names in its `element-provides`: elements that it stands for. */
  readonly provides: readonly string[];
}

/** All elements that can be named, by name. */
export type Elements = ReadonlyMap<string, Element>;

/** The name that one element of every image has to provide: that with the operating system. */
export const operatingSystem = 'operating-system';

/** The names in a list of an element, one per line; lines of blanks are left out, and there are no comments. */
export function namesIn(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
