import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Where behaviour of other programs is recorded: beside the repository, and not part of it. */
const folder = process.env.RECORDED_CASES ?? resolve('../shared/fixtures');

/** Cases of a file, or undefined where the recordings are not at hand. */
export function recordedCases<T>(path: string): readonly T[] | undefined {
  const file = resolve(folder, path);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T[]) : undefined;
}

export const missingReason = `the recordings are not in ${folder} (RECORDED_CASES names another folder)`;
