import type { System } from '../../core/system/system.ts';
import type { Flags } from './flag-table.ts';
import { parseFlags } from './parse-flags.ts';

/** In this order; the first that exists is the flags file. The second is where rpm distributions keep it. */
export const flagFiles = ['/etc/default/gandi', '/etc/sysconfig/gandi'] as const;

/** The admin's flags; all defaults if there is no file. Mistakes in it are warnings in the journal. */
export async function readFlags(system: System): Promise<Flags> {
  for (const path of flagFiles) {
    const text = await system.files.read(path);
    if (text === undefined) continue;
    const { flags, warnings } = parseFlags(text);
    for (const warning of warnings) system.journal.warn(`${path}: ${warning}`);
    return flags;
  }
  return parseFlags('').flags;
}
