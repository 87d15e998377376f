import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Terminal } from '../../../../../src/core/command/command.ts';
import { diskimageBuilder } from '../../../../../src/provision/cli/diskimage-builder.ts';
import { readImageLists } from '../../../../../src/provision/image/image-list/read-image-list.ts';
import { missingReason, recordedCases } from '../../recorded-cases.ts';

interface Call {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly exit: number;
  readonly commands: readonly Call[];
}

const cases = recordedCases<Case>('dib-yaml/cases.json');

describe('diskimage-builder', () => {
  test('all recorded cases', ({ skip }) => {
    if (cases === undefined) skip(missingReason);
    expect(cases?.length).toBeGreaterThan(0);
  });

  if (cases !== undefined)
    test.each(cases.map((each) => [each.name, each] as const))('%s', async (_, recorded) => {
      const { exit, calls } = await run(recorded.files, recorded.args, 1);
      expect(exit).toBe(recorded.exit);
      if (!recorded.args.includes('--dry-run')) expect(calls).toEqual(recorded.commands);
      else if (recorded.exit === 0) expect(read(recorded.files)).toEqual(recorded.commands);
    });

  const two = '- {imagename: a, elements: [x]}\n- {imagename: b, elements: [y], environment: {V: w}}\n';

  test('builds each image with its own variables, and ends with 0 when all are built', async () => {
    const { exit, calls } = await run({ 'a.yaml': two }, [], 0);
    expect(exit).toBe(0);
    expect(calls.map(({ environment }) => environment)).toEqual([{}, { V: 'w' }]);
  });

  test('ends with 1 for any status of a build', async () => {
    expect((await run({ 'a.yaml': two }, [], 7)).exit).toBe(1);
  });

  test('shows calls as a shell takes them', async () => {
    const { said } = await run({ 'a.yaml': '- {elements: [x], environment: {V: "it\'s"}}\n' }, ['--dry-run'], 0);
    expect(said).toContain(`V='it'\\''s' disk-image-create x`);
  });

  test('tells every mistake of every file, with file, entry, key and what may be meant', async () => {
    const files = { 'a.yaml': '- {imagname: x}\n- {arch: mips}\n', 'b.yaml': '- {elements: [1]}\n' };
    const { said, exit } = await run(files, [], 0);
    expect(exit).toBe(1);
    expect(said).toContain("entry 1: unknown key imagname (did you mean 'imagename'?)");
    expect(said).toMatch(/a\.yaml: entry 2: arch: needs one of aarch64/);
    expect(said).toMatch(/b\.yaml: entry 1: elements\.0: needs a text/);
  });

  test.each([
    ['a file that is missing', {}, ['nowhere.yaml'], 1, /nowhere\.yaml: there is no such file/],
    ['no list', { 'a.yaml': 'a: b' }, [], 1, /a\.yaml: it is not a list/],
    ['no YAML', { 'a.yaml': '- [\n' }, [], 1, /a\.yaml: it is not YAML: line 2/],
    ['an option that is not known', { 'a.yaml': two }, ['--nosuch'], 2, /--nosuch/],
    [
      'a ramdisk',
      { 'a.yaml': '- {elements: [x]}\n- {imagename: r, ramdisk: true}\n' },
      [],
      1,
      /ramdisks are not built/,
    ],
  ])('refuses %s', async (_, files, args, status, message) => {
    const { said, exit, calls } = await run(files, args, 0);
    expect([exit, calls]).toEqual([status, []]);
    expect(said).toMatch(message);
  });
});

function read(files: Readonly<Record<string, string>>): unknown {
  return readImageLists(Object.entries(files).map(([path, text]) => ({ path, text })));
}

async function run(files: Readonly<Record<string, string>>, args: readonly string[], status: number) {
  const folder = mkdtempSync(join(tmpdir(), 'image-list-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const paths = Object.entries(files).map(([name, text]) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  });
  const lines: string[] = [];
  const calls: Call[] = [];
  const add = (line: string) => void lines.push(line);
  const terminal: Terminal = { out: add, err: add, json: () => undefined, verbatim: add };
  const caller = { environment: {}, arch: 'amd64' };
  const exit = await diskimageBuilder([...args, ...paths], terminal, caller, async (words, _, { environment }) => {
    calls.push({ program: 'disk-image-create', arguments: words, environment });
    return status;
  });
  return { exit, calls, said: lines.join('\n') };
}
