import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recorded, withoutRecords } from './fixtures.ts';
import { inOurLanguage, nameInOurLanguage } from './plugin-in-our-language.ts';

/** A run of `cdist preos`, and in `ours` what is to be otherwise. */
interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly exit: number;
  readonly stdout?: readonly string[];
  readonly then?: Then;
  readonly ours?: { readonly exit?: number; readonly note?: string; readonly then?: Then };
}

/** What is there afterwards: whether the tree is, or what is in the PXE folder. */
type Then =
  | boolean
  | { readonly os: boolean; readonly pxe: readonly string[] }
  | {
      readonly tree: readonly string[];
      readonly 'pxelinux.cfg/default'?: readonly string[];
      readonly initramfs?: readonly string[];
      readonly initramfs_magic?: string;
    };

const cases = recorded<Case[]>('preos/cases.json');
const options =
  recorded<Record<string, { readonly words: readonly string[]; readonly takes: string | null }[]>>(
    'preos/options.json',
  );

let work = '';
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'gandi-preos-'));
});
afterEach(() => rm(work, { recursive: true }));

describe('as recorded: cdist preos', () => {
  beforeEach(({ skip }) => skip(cases === undefined, withoutRecords));

  test.each(cases ?? [])('$name', async (each) => {
    await writeFiles(each);
    await rm(join(work, failing[each.name] ?? 'nothing'), { force: true });
    const { exitCode, stdout, stderr } = await cdist(each);
    const said = stdout.split('\n').filter((line) => line !== '');
    const expectedExit = failing[each.name] === undefined ? (each.ours?.exit ?? each.exit) : 1;
    expect(exitCode, stderr).toBe(expectedExit);
    if (expectedExit !== 0) expect(stderr).not.toBe('');
    // One line for a person, and no trace of ours.
    expect(stderr).not.toMatch(/^\s+at /m);
    if (!isBuild(each) && each.stdout !== undefined && each.ours?.exit === undefined) {
      const lines = each.stdout.filter((line) => !line.startsWith('WARNING'));
      // Where ours finds more, it finds that too.
      expect(each.ours === undefined ? said : said.filter((line) => lines.includes(line))).toEqual(lines);
    }
    expectWarnings(each, stderr);
    if (options?.[each.name] !== undefined) expectOptions(each.name, stdout);
    await expectThen(each, expectedExit);
  });

  test('what is taken away here belongs to a case', () => {
    const names = cases?.map(({ name }) => name);
    expect(Object.keys(failing).filter((name) => names?.includes(name) === false)).toEqual([]);
  });
});

/** The original fails with two kernels and ours does not: what is taken away has ours fail too. */
const failing: Readonly<Record<string, string>> = {
  'debian: remove after a failure': 'os/usr/lib/PXELINUX/pxelinux.0',
};

const isBuild = ({ name }: Case) => name.startsWith('debian:');

async function writeFiles({ files = {} }: Case): Promise<void> {
  await mkdir(join(work, 'home'));
  for (const [path, text] of Object.entries(files)) {
    const isPlugin = /\.py~?$/.test(path);
    const target = join(work, isPlugin ? nameInOurLanguage(path) : path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, isPlugin ? inOurLanguage(text) : text.replace(/\$\{WORK\}/g, work));
  }
}

function cdist({ args, env = {} }: Case) {
  const inWork = (text: string) => text.replace(/\$\{WORK\}/g, work);
  const environment = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, inWork(value)]));
  return execa(process.execPath, [resolve('src/provision/start.ts'), 'preos', ...args.map(inWork)], {
    argv0: 'cdist',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: join(work, 'home'), ...environment },
    extendEnv: false,
    cwd: work,
    reject: false,
  });
}

/** A plugin that cannot be loaded is named, and what is no plugin is not spoken of. */
function expectWarnings({ stdout = [], ours, name, files = {} }: Case, stderr: string): void {
  if (name === 'other files') {
    expect(stderr).toBe('');
    return;
  }
  const isBroken = stdout.some((line) => line.startsWith('WARNING')) || /warning/.test(ours?.note ?? '');
  if (!isBroken) return;
  const [broken = ''] = Object.keys(files);
  expect(stderr).toContain('WARNING');
  expect(stderr).toContain(nameInOurLanguage(broken).replace(/^home/, ''));
}

/** Each option of the original, by each of its words, in our help. */
function expectOptions(name: string, help: string): void {
  for (const { words } of options?.[name] ?? [])
    for (const word of words.filter((each) => each.startsWith('-'))) expect(help).toContain(word);
}

describe('the help of a PreOS', () => {
  beforeEach(({ skip }) => skip(options === undefined, withoutRecords));

  test.each(['debian', 'ubuntu'])('of %s has every option of the original', async (name) => {
    await mkdir(join(work, 'home'));
    const { exitCode, stdout } = await cdist({ name, args: [name, '-h'], exit: 0 });
    expect(exitCode).toBe(0);
    expectOptions(`help of ${name}`, stdout);
  });
});

async function expectThen(each: Case, exit: number): Promise<void> {
  const then = each.ours?.then ?? each.then;
  if (then === undefined) return;
  const pxe = join(work, 'pxe');
  const os = existsSync(join(work, 'os'));
  if (typeof then === 'boolean') return expect(os).toBe(then);
  if ('os' in then) return expect({ os, pxe: (await readdir(pxe)).sort() }).toEqual(then);
  if (exit !== 0) {
    // Nothing half made is left, neither beside the tree nor in it.
    expect(existsSync(pxe) || existsSync(join(work, 'os/pxe'))).toBe(false);
    return;
  }
  const whole = then.tree.length > 0 ? then : wholeTree();
  expect(await modesIn(pxe)).toEqual(whole?.tree.map((line) => line.replace(/^\d+ (.*\/)$/, '0755 $1')));
  expect((await readFile(join(pxe, 'pxelinux.cfg/default'), 'utf8')).trimEnd().split('\n')).toEqual(
    whole?.['pxelinux.cfg/default'],
  );
  await expectInitramfs(join(pxe, 'initramfs'), each, whole?.initramfs ?? []);
  const kernels = Object.entries(each.files ?? {}).filter(([path]) => path.startsWith('os/boot/vmlinuz-'));
  expect(await readFile(join(pxe, 'kernel'), 'utf8')).toBe(kernels.at(-1)?.[1]);
}

/** What a case that failed in the original would have left: as another one that did not. */
function wholeTree() {
  const found = cases?.find(({ name }) => name === 'debian: PXE folder')?.then;
  return typeof found === 'object' && 'tree' in found ? found : undefined;
}

async function expectInitramfs(path: string, { files = {} }: Case, names: readonly string[]): Promise<void> {
  const archive = Buffer.from((await execa('zstd', ['-dc', path], { encoding: 'buffer' })).stdout);
  expect(archive.subarray(0, 6).toString()).toBe('070701');
  const { stdout } = await execa('cpio', ['--list', '--quiet'], { input: archive });
  const kernels = Object.keys(files).filter((file) => file.startsWith('os/boot/'));
  const all = new Set([...names, ...kernels.map((file) => file.slice('os/'.length))]);
  expect(stdout.split('\n').sort()).toEqual([...all].sort());
}

async function modesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const lines = names.map(async (name) => {
    const status = await stat(join(folder, name));
    return `0${(status.mode & 0o777).toString(8)} ${name}${status.isDirectory() ? '/' : ''}`;
  });
  const byName = (line: string) => line.slice(line.indexOf(' '));
  return (await Promise.all(lines)).sort((one, other) => (byName(one) < byName(other) ? -1 : 1));
}
