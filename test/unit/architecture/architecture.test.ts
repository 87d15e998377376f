import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { describeImport, type Import, imports, isOurs, sourceFiles } from './imports.ts';
import { circles, floors, rooms } from './rooms.ts';

const highestFloor = 12;

describe('the doors to the machine', () => {
  const door = (...names: string[]) => names.map((name) => `src/core/system/${name}.ts`);
  const fileDoors = door(
    'file-status',
    'files',
    'folder',
    'own-tree',
    'process-group',
    'process-start',
    'read-regular',
    'replace-file',
    'resolve-below',
    'staged-tree',
    'temporary-file',
    'trees',
  );

  test.each([
    ['node:child_process', door('child', 'process-group', 'stage-child')],
    ['execa', door('pipe-through', 'processes')],
    ['winston', door('journal')],
    ['node:fs', [...fileDoors, ...door('files-at-hand', 'journal')]],
    ['node:ffi', []],
    ['node:fs/promises', fileDoors],
    ['node:dgram', ['src/agent/network/default-routes.ts']],
    ['node:http', []],
    ['node:https', []],
    ['undici', ['src/provision/netboot/http-source.ts']],
    ['node:net', [...door('stage-channel', 'line-socket'), 'src/provision/serve/trigger/plain-server.ts']],
    ['node:sqlite', ['src/provision/serve/memory/sqlite.ts']],
    ['pg-boss', ['src/provision/serve/memory/postgres.ts']],
    ['fastify', ['src/provision/serve/routes/open-server.ts']],
  ])('%s is imported by %j only', (module, allowed: string[]) => {
    const others = imports.filter((found) => found.to === module && !found.isType && !allowed.includes(found.from));
    expect(others.filter((found) => !opensNothing(found)).map((found) => found.from)).toEqual([]);
  });

  test('no program gets a tree to change its root to: it would run what is in the tree. Hooks of an image and of a PreOS do so', () => {
    const entering = /'--root(?:=|')|`--root=|'chroot'|'nsenter'|\bexec chroot\b/;
    const isOwnOption = (file: string) => /^src\/agent\/cli\//.test(file);
    const users = sourceFiles.filter((file) => !isOwnOption(file) && entering.test(readFileSync(file, 'utf8')));
    expect(users).toEqual(['src/provision/image/root/name-spaces.ts', 'src/provision/preos/inside-tree.ts']);
  });

  test('one file says what mode /run/gandi has: users read reports below it', () => {
    const making = /'\/run\/gandi'|makeDirectory\(dirname\((?:folder|\w*[rR]un\w*)\)/;
    expect(sourceFiles.filter((file) => making.test(readFileSync(file, 'utf8')))).toEqual([
      'src/agent/stage/run-folder.ts',
    ]);
  });

  test('a module of Node that is asked for late is asked for in two files, which no snapshot of a start holds', () => {
    const late = /\bgetBuiltinModule\(/;
    expect(sourceFiles.filter((file) => late.test(readFileSync(file, 'utf8')))).toEqual(door('c-library', 'http-post'));
  });

  test('no process is started through a shell', () => {
    const shell = /\bshell:\s*true|\bexecaCommand\b/;
    expect(sourceFiles.filter((file) => shell.test(readFileSync(file, 'utf8')))).toEqual([]);
  });
});

describe('what a person sees', () => {
  const users = (pattern: RegExp) => sourceFiles.filter((file) => pattern.test(readFileSync(file, 'utf8')));

  test('passes the door that escapes it', () => {
    expect(users(/\bprocess\.std(?:out|err)\b|\bconsole\./)).toEqual([
      'src/core/command/end-with-answer.ts',
      'src/core/command/start-program.ts',
    ]);
    expect(users(/\bterminal\.(?:out|err)\(\s*JSON\.stringify/)).toEqual([]);
  });

  test('is verbatim for the one command whose bytes are compared', () => {
    expect(users(/\.verbatim\(/)).toEqual(['src/agent/cli/simple-init.ts']);
  });
});

describe('two programs on one core', () => {
  test.each([
    ['core', ['agent', 'provision']],
    ['agent', ['provision']],
    ['provision', ['agent']],
  ])('%s imports nothing of %j', (program, others) => {
    const wrong = imports.filter(({ from, to }) => isIn(from, program) && others.some((other) => isIn(to, other)));
    expect(wrong.map(describeImport)).toEqual([]);
  });

  test('no source imports the lab, a test or a tool', () => {
    expect(imports.filter(({ to }) => /^(?:lab|test|tools|bench)\//.test(to)).map(describeImport)).toEqual([]);
  });
});

describe('one way down', () => {
  test('no rooms import each other, not even for a type', () => {
    expect(circles()).toEqual([]);
  });

  test(`the house has ${highestFloor} floors at most`, () => {
    const tooHigh = [...floors()].filter(([, floor]) => floor > highestFloor);
    expect(tooHigh).toEqual([]);
  });

  test('no file imports itself by a detour, not even for a type', () => {
    expect(sourceFiles.filter(importsItself)).toEqual([]);
  });

  test('every file is in a room', () => {
    expect(rooms.filter((room) => !/^(?:core|agent|provision)(?:\/|$)/.test(room))).toEqual([]);
  });
});

describe('planners and renderers', () => {
  const pure = sourceFiles.filter((file) => /\/plan[^/]*\.ts$|\/renderers\//.test(file));

  test.each(pure)('%s is pure', (file) => {
    const forbidden = /^src\/core\/system\/|^node:(fs|fs\/promises|process|os|net|child_process)$/;
    const wrong = imports.filter((found) => found.from === file && forbidden.test(found.to));
    expect(wrong.map(describeImport)).toEqual([]);
    expect(readFileSync(file, 'utf8')).not.toMatch(/\basync\b|\bawait\b|\bprocess\.|\bDate\.now\b|\bMath\.random\b/);
  });
});

function isIn(path: string, program: string): boolean {
  return path.startsWith(`src/${program}/`);
}

/** What tells of numbers and words alone. */
function opensNothing(found: Import): boolean {
  const harmless = ['constants', 'isIP', 'isIPv4', 'isIPv6'];
  return found.names.every((name) => harmless.includes(name) || name.startsWith('type '));
}

/** Follows imports from a file and looks for the way back to it. */
function importsItself(file: string): boolean {
  const seen = new Set<string>();
  const visit = (current: string): boolean =>
    imports
      .filter((found) => found.from === current && isOurs(found))
      .some(({ to }) => {
        if (to === file) return true;
        if (seen.has(to)) return false;
        seen.add(to);
        return visit(to);
      });
  return visit(file);
}
