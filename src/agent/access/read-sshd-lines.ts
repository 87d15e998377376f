import { basename, dirname, resolve } from 'node:path';
import { ifRegular } from '../../core/system/if-regular.ts';
import type { System } from '../../core/system/system.ts';
import { matchesPattern } from '../../core/text/shell-pattern.ts';
import { parseSshdLines, type SshdCondition, type SshdLine } from './sshd-lines.ts';
import { sshdMainFiles } from './sshd.ts';

// servconf.c of OpenSSH: SERVCONF_MAX_DEPTH. sshd ends with an error at what lies deeper.
const maximalDepth = 16;

/** sshd has no such limits: it would read 10^16 files where each of 16 files includes the next one ten times. */
const maximalFiles = 1024;
const maximalCharacters = 16 * 1024 * 1024;

/** What one reading of all files has come to. */
interface Reading {
  readonly system: System;
  readonly main: string;
  /** Files, and patterns that were looked for. */
  files: number;
  characters: number;
  /** Why something is left out; the first reason is told. */
  problem: string | undefined;
}

/** Where a text stands. */
interface Place {
  /** The main file, and each file that led to the text; its own is the last. */
  readonly paths: readonly string[];
  readonly conditions: readonly SshdCondition[];
}

/**
 * sshd's files as text, each Include in its place: what can be known of a tree, in which nothing is run, and what needs no
 * process elsewhere. An Include that leads back to its own file, too deep or to too much is left out, with a warning in the journal.
 * @returns undefined where there is no configuration of sshd
 */
export async function readSshdLines(system: System): Promise<SshdLine[] | undefined> {
  for (const path of sshdMainFiles) {
    const text = await ifRegular(system.files.read(path));
    if (text === undefined) continue;
    const reading: Reading = { system, main: path, files: 0, characters: 0, problem: undefined };
    const lines = await readLines(text, { paths: [path], conditions: [] }, reading);
    if (reading.problem !== undefined) system.journal.warn(reading.problem);
    return lines;
  }
  return undefined;
}

/** A Match lasts to the next one or to the end of its file, and holds for what is included meanwhile. */
async function readLines(text: string, { paths, conditions: outer }: Place, reading: Reading): Promise<SshdLine[]> {
  const lines: SshdLine[] = [];
  let conditions = outer;
  for (const { keyword, words } of parseSshdLines(text)) {
    if (keyword === 'match') conditions = [...outer, words];
    else if (keyword !== 'include') lines.push({ keyword, words, conditions });
    else for (const line of await readIncluded(words, { paths, conditions }, reading)) lines.push(line);
  }
  return lines;
}

async function readIncluded(patterns: readonly string[], place: Place, reading: Reading): Promise<SshdLine[]> {
  const { files } = reading.system;
  const lines: SshdLine[] = [];
  for (const pattern of patterns) {
    if (isFull(reading)) break;
    reading.files++;
    const path = resolve('/etc/ssh', pattern);
    const names = (await files.list(dirname(path))).filter((name) => matchesPattern(name, basename(path)));
    for (const name of names) {
      const found = await readFile(`${dirname(path)}/${name}`, place, reading);
      for (const line of found) lines.push(line);
    }
  }
  return lines;
}

async function readFile(path: string, { paths, conditions }: Place, reading: Reading): Promise<SshdLine[]> {
  const from = paths.at(-1);
  if (isFull(reading)) return [];
  if (paths.includes(path) || paths.length > maximalDepth) {
    const reason = paths.includes(path) ? 'which is being read already' : `deeper than ${maximalDepth} files`;
    reading.problem ??= `${from}: Include leads to ${path}, ${reason}, and is left out; sshd does not start with it, so correct the line`;
    return [];
  }
  reading.files++;
  const text = await ifRegular(reading.system.files.read(path));
  if (text === undefined) return [];
  reading.characters += text.length;
  return readLines(text, { paths: [...paths, path], conditions }, reading);
}

function isFull(reading: Reading): boolean {
  if (reading.files < maximalFiles && reading.characters < maximalCharacters) return false;
  const limits = `${maximalFiles} files or ${maximalCharacters / 1024 / 1024} MiB`;
  reading.problem ??= `${reading.main}: its Include lines lead to more than ${limits}, and the rest is left out; include fewer files`;
  return true;
}
