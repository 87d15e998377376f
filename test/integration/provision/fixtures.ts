import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Recorded behaviour of the original programs: beside a checkout in which the project is developed, and nowhere else. */
const folder = resolve('../shared/fixtures');
const nearby = existsSync(folder) ? folder : resolve('../../shared/fixtures');

/** @returns undefined where there are none */
export function recorded<Recorded>(path: string): Recorded | undefined {
  const file = `${nearby}/${path}`;
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Recorded) : undefined;
}
