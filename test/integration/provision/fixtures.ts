import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Recorded behaviour of the original programs: beside a checkout in which the project is developed, and nowhere else. */
const folders =
  process.env.RECORDED_CASES === undefined
    ? ['../shared/fixtures', '../../shared/fixtures']
    : [process.env.RECORDED_CASES];
const nearby = folders.map((folder) => resolve(folder)).find(existsSync) ?? resolve('no-records');

/** @returns undefined where there are none */
export function recorded<Recorded>(path: string): Recorded | undefined {
  const file = `${nearby}/${path}`;
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Recorded) : undefined;
}

export const withoutRecords = 'the records of the original programs are not here (RECORDED_CASES names their folder)';
