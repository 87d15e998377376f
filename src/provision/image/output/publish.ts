import { basename, dirname, extname, join } from 'node:path';
import { move } from '../../../core/system/own-tree.ts';
import type { System } from '../../../core/system/system.ts';
import type { ChecksumKind } from './checksums.ts';

export interface Publication {
  readonly from: string;
  readonly path: string;
  readonly checksums: Readonly<Partial<Record<ChecksumKind, string>>>;
  /** Whether an older file stays, under a name with its date, and its checksums with it. */
  readonly keepOlder: boolean;
}

/**
 * Gives a file its name, in one step, and writes its checksums beside it, as `sha256sum -c` reads them.
 * @returns its size in bytes
 */
export async function publish({ from, path, checksums, keepOlder }: Publication, { files }: System): Promise<number> {
  const older = await files.status(path);
  const dated = older !== undefined && keepOlder ? datedPath(path, older.modified) : undefined;
  if (dated !== undefined) await move(path, dated);
  for (const kind of ['md5', 'sha256'] as const) {
    const sum = `${path}.${kind}`;
    if ((await files.status(sum)) === undefined) continue;
    if (dated !== undefined) await move(sum, `${dated}.${kind}`);
    else if (checksums[kind] === undefined) await files.remove(sum);
  }
  await move(from, path);
  for (const [kind, sum] of Object.entries(checksums))
    await files.replace(`${path}.${kind}`, `${sum}  ${basename(path)}\n`, { mode: 0o644 });
  return (await files.status(path))?.size ?? 0;
}

/** `image-2026.11.28-19.10.10.qcow2`, in local time as diskimage-builder has it. */
export function datedPath(path: string, date: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('.');
  const time = [two(date.getHours()), two(date.getMinutes()), two(date.getSeconds())].join('.');
  const ending = extname(path);
  return join(dirname(path), `${basename(path, ending)}-${day}-${time}${ending}`);
}
