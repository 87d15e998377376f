import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  type RecordedImage,
  caseNames,
  type Expected,
  expectedOf,
  type Ran,
  reasonWithoutRecordings,
  removeCase,
  removeMadeSystems,
  runCase,
} from './recorded-build.ts';
import { imageTold } from './read-image.ts';
import { filesBelow, membersOf, toldBy } from './read-run.ts';

const minute = 60_000;

/** Placeholders of the recordings; a disk that is a file has its own path where the original has a loop device. */
const placeholders: readonly (readonly [RegExp, string])[] = [
  [/^\S*\/dib_build\.\w+/, '$' + '{BUILD}'],
  [/^\S*\/dib_image\.\w+/, '$' + '{IMAGE}'],
];

/** Variables that are the original's inner life, or are told in words. */
const notCompared = new Set([
  'DIB_BLOCK_DEVICE_PARAMS_YAML',
  'IMAGE_TYPE',
  'OUT_IMAGE_PATH',
  'SKIP_BASE',
  'COMPRESS_IMAGE',
  'DIB_ENV',
]);

describe('builds as they were recorded', () => {
  const done: Ran[] = [];
  afterAll(() => Promise.all([...done.map(removeCase), removeMadeSystems()]));

  test('are there', (context) => {
    if (caseNames.length === 0) context.skip(reasonWithoutRecordings);
    if (process.getuid?.() !== 0) context.skip('the recordings are of builds by root');
    expect(caseNames.length).toBeGreaterThan(0);
  });

  // A machine at other work is slow, and a build makes file systems.
  test.concurrent.for(process.getuid?.() === 0 ? caseNames : [])(
    '%s',
    { timeout: 5 * minute },
    async (name, { expect }) => {
      const expected = expectedOf(name);
      const ran = await runCase(name);
      done.push(ran);
      const told = toldBy(ran);
      expect({ status: ran.status, hooks: told.hooks, said: told.said }, ran.lines.slice(-15).join('\n')).toEqual({
        status: expected.exit,
        hooks: expected.hooks ?? [],
        said: expected.said ?? [],
      });
      for (const word of expected.error_must_name ?? []) expect(ran.lines.join('\n')).toContain(word);
      if (expected.elements !== undefined) expect(told.elements).toEqual(expected.elements);
      if (expected.merged !== undefined) expect(told.merged).toEqual(expected.merged);
      compareEnvironments(expected, told.environments, ran);
      await compareFiles(expected, ran);
      for (const [file, image] of Object.entries(expected.images ?? {})) await compareImage(join(ran.out, file), image);
      expect(await readdir(ran.temporary)).toEqual([]);
    },
  );
});

function compareEnvironments(
  expected: Expected,
  environments: ReadonlyMap<string, Readonly<Record<string, string>>>,
  ran: Ran,
): void {
  for (const [name, value] of Object.entries(expected.env ?? {})) {
    if (notCompared.has(name)) continue;
    const isByPhase = typeof value === 'object' && value !== null && 'extra-data' in value;
    for (const [phase, variables] of environments) {
      const wanted = isByPhase ? (value as Record<string, unknown>)[phase] : value;
      expect({ phase, name, value: shownValue(name, variables[name], ran) }).toEqual({
        phase,
        name,
        value: wantedValue(name, wanted),
      });
    }
  }
}

function shownValue(name: string, value: string | undefined, ran: Ran): unknown {
  if (value === undefined) return null;
  let text = value;
  for (const [pattern, placeholder] of placeholders) text = text.replace(pattern, placeholder);
  text = text
    .replaceAll(ran.out, '$' + '{OUT}')
    .replaceAll(ran.folder, '$' + '{CASE}')
    .replaceAll(ran.common, '$' + '{COMMON}');
  text = text
    .replace(/(?:\$\{IMAGE\}|[^ =]*\/dib_image\.\w+)\/\w+\.raw/, '$' + '{LOOP}')
    .replace(/[^:]*\/elements$/, (end) => (name === 'ELEMENTS_PATH' ? '$' + '{BUILTIN}' : end));
  if (name === 'IMAGE_ELEMENT_YAML') return JSON.parse(text);
  return name === 'DIB_IMAGE_SIZE' && /^\d{3,}$/.test(text) ? '<KiB>' : text;
}

function wantedValue(name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (name === 'PATH') return value.replace('$PATH:', '');
  if (name === 'DIB_IMAGE_SIZE' && /^\d{3,}$/.test(value)) return '<KiB>';
  return value.replace(/^\S*\/dib_build\.\w+/, '$' + '{BUILD}').replace(/^\S*\/dib_image\.\w+/, '$' + '{IMAGE}');
}

async function compareFiles(expected: Expected, { out }: Ran): Promise<void> {
  expect(await filesBelow(out)).toEqual(expected.files ?? []);
  for (const [file, lines] of Object.entries(expected.tar ?? {})) {
    const members = await membersOf(join(out, file));
    const wanted = lines.map((line) => line.replace(/ (?:mtime|size|xattrs) .*$/, ''));
    const found = members.map(({ line }) => line).filter((line) => wanted.includes(line) || !isOfFakeOs(line));
    expect(linksAside(found.sort(byName))).toEqual(linksAside(wanted.toSorted(byName)));
    compareDetails(lines, members);
  }
  const tar = expected.files?.find((file) => file.endsWith('.tar'));
  const isRead = expected.contents !== undefined && tar !== undefined;
  const texts = new Map(isRead ? (await membersOf(join(out, tar))).map(({ name, text }) => [name, text]) : []);
  for (const [path, text] of Object.entries(expected.contents ?? {})) expect(texts.get(path) ?? null).toEqual(text);
}

async function compareImage(path: string, image: RecordedImage): Promise<void> {
  const told = await imageTold(path, image);
  const { size_mod_64k: _, magic: __, fs, ...rest } = image;
  const { fills_image: ___, ...wanted } = fs ?? {};
  expect(told).toEqual({ ...rest, ...(fs === undefined ? {} : { fs: wanted }) });
}

function compareDetails(
  lines: readonly string[],
  members: readonly { name: string; seconds: number; size: number; attributes: readonly string[] }[],
): void {
  for (const line of lines) {
    const [, path = '', what = '', value = ''] = /^\S \S+ \S+ (.*) (mtime|size|xattrs) (.*)$/s.exec(line) ?? [];
    const member = members.find(({ name }) => name === path);
    if (what === 'mtime') expect(member?.seconds).toBe(Number(value));
    if (what === 'size') expect(member?.size).toBe(Number(value));
    if (what === 'xattrs' && value !== 'user.own') expect(member?.attributes).toContain(value);
  }
}

/** Of two names of a hard link either may be the file. */
function linksAside(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/^[fh] (.*\.\/data\/(?:hard|plain)).*$/, 'f $1'));
}

function isOfFakeOs(line: string): boolean {
  const path = line.split(' ').slice(3).join(' ');
  return /^\.\/(?:usr\/(?:bin|lib|lib64)(?:\/|$)|(?:bin|lib|lib64|sbin) -> |usr\/local\/bin\/install-packages$|proc$|sys$)/.test(
    path,
  );
}

function byName(one: string, other: string): number {
  const [first, second] = [one, other].map((line) => line.split(' ').slice(3).join(' '));
  return Buffer.compare(Buffer.from(first ?? ''), Buffer.from(second ?? ''));
}
