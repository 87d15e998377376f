import type { System } from '../../core/system/system.ts';
import { readSshdLines } from './read-sshd-lines.ts';
import { observeSshdUnit } from './sshd.ts';

/** Which host keys sshd is told to use, and its unit. HostKey stands in no Match block (sshd_config(5)). */
export async function observeHostKeyUse(
  system: System,
): Promise<{ readonly chosenHostKeys: readonly string[]; readonly sshdUnit: string }> {
  const lines = (await readSshdLines(system)) ?? [];
  const chosen = lines.filter(({ keyword }) => keyword === 'hostkey').flatMap(({ words }) => words);
  return { chosenHostKeys: chosen, sshdUnit: await observeSshdUnit(system) };
}
