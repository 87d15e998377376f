import type { z } from 'zod';
import { formatPath, type Mistake } from '../../core/text/json-text.ts';
import { unknownKeysOf } from './unknown-keys.ts';

type Path = readonly PropertyKey[];

interface ReaderOptions {
  /** False for a source whose platforms each add keys of their own. */
  readonly namesUnknownKeys?: boolean;
}

/** Reads a source's value part by part: what is wrong with one is written down and costs no other. */
export class PartReader {
  readonly mistakes: Mistake[] = [];
  readonly warnings: string[] = [];
  readonly #file: string | undefined;
  readonly #namesUnknownKeys: boolean;

  /** @param file what the text is where a source has several: it stands in front of each path */
  constructor(file?: string, { namesUnknownKeys = true }: ReaderOptions = {}) {
    this.#file = file;
    this.#namesUnknownKeys = namesUnknownKeys;
  }

  /**
   * Names the keys, at every level, that the schema does not have.
   * @returns undefined where the part is not there, or has a mistake; all of it or nothing
   */
  read<T>(schema: z.ZodType<T>, value: unknown, path: Path): NonNullable<T> | undefined {
    if (value === undefined || value === null) return undefined;
    if (this.#namesUnknownKeys) for (const key of unknownKeysOf(schema, value)) this.#warnUnknown([...path, ...key]);
    const result = schema.safeParse(value);
    if (result.success) return result.data ?? undefined;
    for (const issue of result.error.issues) {
      this.mistake([...path, ...issue.path], problemOf(issue));
    }
    return undefined;
  }

  /** An object whose keys are parts of their own. */
  object(value: unknown, path: Path): Readonly<Record<string, unknown>> {
    if (value === undefined || value === null) return {};
    if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
    this.mistake(path, `must be object, not ${nameOf(value)}`);
    return {};
  }

  /** A list whose items are parts of their own. */
  list(value: unknown, path: Path, maximalLength: number): readonly unknown[] {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) {
      this.mistake(path, `must be array, not ${nameOf(value)}`);
      return [];
    }
    if (value.length <= maximalLength) return value;
    this.mistake(path, `has more than ${maximalLength} items`);
    return [];
  }

  /** Names the keys of an object, whose keys are parts of their own, that nobody here reads. */
  nameUnknownKeys(value: Readonly<Record<string, unknown>>, known: readonly string[], path: Path): void {
    for (const key of Object.keys(value)) if (!known.includes(key)) this.#warnUnknown([...path, key]);
  }

  /** Names a key that says nothing beside another one, which wins. */
  nameBeaten(path: Path, winner: string): void {
    this.warn(path, `was left out beside ${winner}`);
  }

  mistake(path: Path, problem: string): void {
    this.mistakes.push({ path: this.#pathOf(path), part: path[0] ?? null, problem });
  }

  warn(path: Path, what: string): void {
    this.warnings.push(`${this.#pathOf(path)}: ${what}`);
  }

  #warnUnknown(path: Path): void {
    this.warn(path, 'is not known here and was left out');
  }

  #pathOf(path: Path): string {
    if (this.#file === undefined) return formatPath(path);
    return path.length === 0 ? this.#file : `${this.#file}: ${formatPath(path)}`;
  }
}

function problemOf({ message }: z.core.$ZodIssue): string {
  return message.replace(/^Invalid input: expected (.+), received (.+)$/, 'must be $1, not $2');
}

function nameOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value;
}
