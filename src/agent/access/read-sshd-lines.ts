import { basename, dirname, resolve } from 'node:path';
import { ifRegular } from '../../core/system/if-regular.ts';
import type { System } from '../../core/system/system.ts';
import { matchesPattern } from '../../core/text/shell-pattern.ts';
import { parseSshdLines, type SshdCondition, type SshdLine } from './sshd-lines.ts';
import { sshdMainFiles } from './sshd.ts';

// servconf.c of OpenSSH: SERVCONF_MAX_DEPTH.
const maximalDepth = 16;

/**
 * sshd's files as text, each Include in its place: what can be known of a tree, in which nothing is run, and what needs no
 * process elsewhere. @returns undefined where there is no configuration of sshd
 */
export async function readSshdLines(system: System): Promise<SshdLine[] | undefined> {
  for (const path of sshdMainFiles) {
    const text = await ifRegular(system.files.read(path));
    if (text !== undefined) return readLines(text, [], 0, system);
  }
  return undefined;
}

/** A Match lasts to the next one or to the end of its file, and holds for what is included meanwhile. */
async function readLines(
  text: string,
  outer: readonly SshdCondition[],
  depth: number,
  system: System,
): Promise<SshdLine[]> {
  const lines: SshdLine[] = [];
  let conditions = outer;
  for (const { keyword, words } of parseSshdLines(text)) {
    if (keyword === 'match') conditions = [...outer, words];
    else if (keyword !== 'include') lines.push({ keyword, words, conditions });
    else if (depth < maximalDepth) lines.push(...(await readIncluded(words, conditions, depth, system)));
  }
  return lines;
}

async function readIncluded(
  patterns: readonly string[],
  conditions: readonly SshdCondition[],
  depth: number,
  system: System,
): Promise<SshdLine[]> {
  const lines: SshdLine[] = [];
  for (const pattern of patterns) {
    const path = resolve('/etc/ssh', pattern);
    const names = (await system.files.list(dirname(path))).filter((name) => matchesPattern(name, basename(path)));
    for (const name of names) {
      const text = await ifRegular(system.files.read(`${dirname(path)}/${name}`));
      if (text !== undefined) lines.push(...(await readLines(text, conditions, depth + 1, system)));
    }
  }
  return lines;
}
