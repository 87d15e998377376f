import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export interface Import {
  readonly from: string;
  /** A path below the project's root, or the name of a module from elsewhere. */
  readonly to: string;
  readonly isType: boolean;
  readonly names: readonly string[];
}

/** Every source file of the two programs and their core. */
export const sourceFiles: readonly string[] = globSync('src/**/*.ts').sort();

/** Every import of a source file, of types and of values. */
export const imports: readonly Import[] = sourceFiles.flatMap((file) => importsOf(file, readFileSync(file, 'utf8')));

/** True for an import of a file of this project. */
export function isOurs(found: Import): boolean {
  return found.to.startsWith('src/');
}

export function describeImport(found: Import): string {
  return `${found.from} imports ${found.to}`;
}

function importsOf(file: string, text: string): Import[] {
  const statement = /^(?:import|export)\s+(type\s+)?([^'"()]*?)\s*from\s+'([^']+)'/gm;
  const deferred = /\bimport\('([^']+)'\)/g;
  return [
    ...[...text.matchAll(statement)].map(([, type, clause = '', target = '']) => ({
      from: file,
      to: targetOf(file, target),
      isType: type !== undefined,
      names: namesOf(clause),
    })),
    ...[...text.matchAll(deferred)].map(([, target = '']) => ({
      from: file,
      to: targetOf(file, target),
      isType: false,
      names: [],
    })),
  ];
}

function targetOf(file: string, target: string): string {
  return target.startsWith('.') ? relative('.', join(dirname(file), target)) : target;
}

function namesOf(clause: string): string[] {
  return clause
    .replace(/[{}]/g, '')
    .split(',')
    .map((name) => name.trim());
}
