import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** How far a test may be from what it tests, in imports. */
const furthest = 3;

/**
 * The unit tests that reach a source file by their imports, the nearest first: they are the ones that notice a change of it.
 * @param file below the project's folder
 */
export function testsOf(file: string): string[] {
  const importers = importersByFile();
  let found = new Set([file]);
  const tests = new Set<string>();
  for (let distance = 0; distance < furthest; distance += 1) {
    found = new Set([...found].flatMap((each) => importers.get(each) ?? []));
    for (const each of found) if (each.endsWith('.test.ts')) tests.add(each);
  }
  return [...tests];
}

let known: ReadonlyMap<string, readonly string[]> | undefined;

function importersByFile(): ReadonlyMap<string, readonly string[]> {
  known ??= readImporters();
  return known;
}

function readImporters(): Map<string, string[]> {
  const importers = new Map<string, string[]>();
  for (const from of [...globSync('src/**/*.ts'), ...globSync('test/unit/**/*.ts')].sort()) {
    for (const to of importsOf(from)) importers.set(to, [...(importers.get(to) ?? []), from]);
  }
  return importers;
}

/** Types are left out: a change of what runs cannot come from there. */
function importsOf(file: string): string[] {
  const statement = /^(?:import|export)\s+(?!type\s)[^'"()]*?\s*from\s+'(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm;
  const targets = [...readFileSync(file, 'utf8').matchAll(statement)].map((match) => match[1] ?? match[2] ?? '');
  return [...new Set(targets.map((target) => join(dirname(file), target)))];
}
