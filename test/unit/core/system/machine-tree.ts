import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Journal } from '../../../../src/core/system/journal.ts';
import { openSystem, type System } from '../../../../src/core/system/system.ts';

export interface MachineTree {
  readonly system: System;
  /** The tree on this host. */
  readonly root: string;
  /** What was logged, `level: message`. */
  readonly log: string[];
}

/** A machine that is not running: a folder with these files, by the machine's own paths, gone when the test ends. */
export async function machineTree(files: Readonly<Record<string, string>> = {}): Promise<MachineTree> {
  const root = await mkdtemp(join(tmpdir(), 'machine-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  const log: string[] = [];
  return { system: openSystem(root, journalInto(log)), root, log };
}

function journalInto(log: string[]): Journal {
  const at = (level: string) => (message: string) => void log.push(`${level}: ${message}`);
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: () => undefined };
}
