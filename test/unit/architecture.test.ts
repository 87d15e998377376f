import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

interface Import {
  readonly from: string;
  /** A path below src/, or the name of a module from elsewhere. */
  readonly to: string;
  readonly isType: boolean;
  readonly names: readonly string[];
}

const files = globSync('src/**/*.ts').sort();
const imports = files.flatMap((file) => importsOf(file, readFileSync(file, 'utf8')));

describe('the doors to the machine', () => {
  test.each([
    ['node:child_process', ['src/system/child.ts']],
    ['execa', ['src/system/pipe-through.ts', 'src/system/processes.ts']],
    ['winston', ['src/system/journal.ts']],
    [
      'node:fs',
      ['files', 'folder', 'journal', 'kernel-files', 'resolve-below', 'staged-tree'].map(
        (name) => `src/system/${name}.ts`,
      ),
    ],
    ['node:ffi', []],
    ['node:fs/promises', ['files', 'folder', 'resolve-below', 'staged-tree'].map((name) => `src/system/${name}.ts`)],
    ['node:dgram', ['src/facts/default-routes.ts']],
    ['node:http', []],
    ['node:https', []],
  ])('%s is imported by %j alone', (module, allowed: string[]) => {
    const others = imports.filter((found) => found.to === module && !found.isType && !allowed.includes(found.from));
    expect(others.filter((found) => !onlyConstants(found)).map((found) => found.from)).toEqual([]);
  });

  test('no process is started through a shell', () => {
    expect(files.filter((file) => /\bshell:\s*true|\bexecaCommand\b/.test(readFileSync(file, 'utf8')))).toEqual([]);
  });
});

describe('cli → stages → {sources, facts, apply} → system', () => {
  const stages = ['bootstrap', 'config', 'hotplug', 'mount', 'postboot', 'simple-init'];
  test.each([
    ['cli', ['main.ts', 'cli/']],
    ['apply', ['run-stage.ts', 'converge.ts', 'apply/', ...stages.map((stage) => `${stage}/`), 'cli/']],
    ['sources', ['sources/', 'facts/', 'payload/', ...stages.map((stage) => `${stage}/`), 'cli/']],
  ])('%s is imported only from above', (folder, allowed) => {
    const wrong = imports.filter(
      (found) => found.to.startsWith(`src/${folder}/`) && !found.isType && !isBelow(found.from, allowed),
    );
    expect(wrong.map(describeImport)).toEqual([]);
  });

  test('system imports nothing of the agent but errors and secrets', () => {
    const allowed = ['system/', 'agent-error.ts', 'machine-config/secret.ts'];
    const wrong = imports.filter(
      (found) => found.from.startsWith('src/system/') && isOurs(found) && !isBelow(found.to, allowed),
    );
    expect(wrong.map(describeImport)).toEqual([]);
  });

  test('no file imports itself by a detour', () => {
    expect(files.flatMap((file) => detourTo(file))).toEqual([]);
  });
});

describe('planners and renderers', () => {
  const pure = files.filter((file) => /\/plan[^/]*\.ts$|\/renderers\//.test(file));

  test.each(pure)('%s is pure', (file) => {
    const forbidden = /^src\/(system|apply)\/|^node:(fs|fs\/promises|process|os|net|child_process)$/;
    const wrong = imports.filter((found) => found.from === file && forbidden.test(found.to));
    expect(wrong.map(describeImport)).toEqual([]);
    expect(readFileSync(file, 'utf8')).not.toMatch(/\basync\b|\bawait\b|\bprocess\.|\bDate\.now\b|\bMath\.random\b/);
  });
});

function importsOf(file: string, text: string): Import[] {
  const statement = /^(?:import|export)\s+(type\s+)?([^'"()]*?)\s*from\s+'([^']+)'/gm;
  return [...text.matchAll(statement)].map(([, type, clause = '', target = '']) => ({
    from: file,
    to: target.startsWith('.') ? relative('.', join(dirname(file), target)) : target,
    isType: type !== undefined,
    names: clause
      .replace(/[{}]/g, '')
      .split(',')
      .map((name) => name.trim()),
  }));
}

function onlyConstants(found: Import): boolean {
  return found.names.every((name) => name === 'constants' || name.startsWith('type '));
}

function isOurs(found: Import): boolean {
  return found.to.startsWith('src/');
}

function isBelow(file: string, places: readonly string[]): boolean {
  return places.some((place) => file === `src/${place}` || (place.endsWith('/') && file.startsWith(`src/${place}`)));
}

function describeImport(found: Import): string {
  return `${found.from} imports ${found.to}`;
}

/** Follows imports of values from a file; a list with the way back to it, or an empty one. */
function detourTo(file: string): string[] {
  const seen = new Set<string>();
  const visit = (current: string): boolean =>
    imports
      .filter((found) => found.from === current && !found.isType && isOurs(found))
      .some(({ to }) => {
        if (to === file) return true;
        if (seen.has(to)) return false;
        seen.add(to);
        return visit(to);
      });
  return visit(file) ? [file] : [];
}
