import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';

/** Where behaviour of other programs is recorded: beside the repository, and not part of it. */
const recordings = process.env.RECORDED_CASES ?? resolve('../shared/fixtures');
export const dibFolder = join(recordings, 'dib');
export const reasonWithoutRecordings = `the recordings are not in ${recordings} (RECORDED_CASES names another folder)`;

/** What `make build` made: it starts in a third of the time of the sources, and it is what is shipped. */
function builtProgram(): string {
  const path = resolve('dist/gandi-provision');
  if (!existsSync(path)) throw new Error(`${path} is missing: run \`make build\``);
  return path;
}

export interface Command {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly prepare?: readonly { readonly write?: string; readonly text?: string; readonly mkdir?: string }[];
}

export interface Expected {
  readonly exit: number;
  readonly hooks?: readonly string[];
  readonly said?: readonly string[];
  readonly elements?: readonly string[];
  readonly files?: readonly string[];
  readonly merged?: readonly string[];
  readonly error_must_name?: readonly string[];
  readonly env?: Readonly<Record<string, unknown>>;
  readonly tar?: Readonly<Record<string, readonly string[]>>;
  readonly contents?: Readonly<Record<string, string | null>>;
  readonly images?: Readonly<Record<string, RecordedImage>>;
  readonly ours?: Partial<Expected>;
}

export interface RecordedImage {
  readonly size_mod_64k?: number;
  readonly format?: string;
  readonly virtual_size?: number;
  readonly compat?: string;
  readonly compressed?: boolean;
  readonly magic?: string;
  readonly names?: string;
  readonly right?: boolean;
  readonly fs?: {
    readonly type: string;
    readonly label?: string;
    readonly uuid?: string;
    readonly journal?: string;
    readonly has_journal?: boolean;
    readonly bytes_per_inode?: number;
    readonly reserved_percent?: number;
    readonly fills_image?: boolean;
  };
}

export const caseNames: readonly string[] = existsSync(dibFolder)
  ? (await readdir(dibFolder, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory() && entry.name !== '_common')
      .map(({ name }) => name)
      .sort()
  : [];

interface Recorded extends Expected {
  readonly 'in_3.42'?: Partial<Expected>;
}

/** Where version 3.42 mends what 3.13 does wrong, it counts. */
const newer = new Set(['map-rocky-9', 'pkg-build-only-and-wanted', 'out-checksum-env']);

/** A label that does not fit is seen before the build, and not by mkfs at its end. */
const refusedEarly: Partial<Expected> = { hooks: [] };

const onFakeOs = (...hooks: string[]) => ['root/10-fake-os host $' + '{OUT}', ...hooks];

/** What `ours` says in words only. */
const inWords: Readonly<Record<string, Partial<Expected>>> = {
  'fs-label-too-long': refusedEarly,
  'finish-no-root-home': { files: ['image.tar'] },
  'hooks-name-with-space': { hooks: onFakeOs('install/20-y chroot /'), files: ['image.tar'] },
  'init-unset': { hooks: onFakeOs('root/20-x host $' + '{OUT}') },
  'out-checksum': {
    files: ['qcow2', 'raw', 'tar'].flatMap((suffix) => [`img.${suffix}`, `img.${suffix}.md5`, `img.${suffix}.sha256`]),
  },
  'path-trailing-colon': {
    hooks: onFakeOs('install/50-a chroot /'),
    elements: ['a', 'fake-os'],
    files: ['image.tar'],
  },
  'phases-block-device-eval': { files: ['image.tar'], error_must_name: [] },
  'pkg-empty-file': { hooks: onFakeOs('packages alpha'), files: ['image.tar'] },
  'pkg-uninstall-false': { hooks: onFakeOs('packages odd') },
};

/** What a case expects of this program. */
export function expectedOf(name: string): Expected {
  const recorded: Recorded = JSON.parse(readFileSync(join(dibFolder, name, 'expected.json'), 'utf8'));
  return { ...recorded, ...(newer.has(name) ? recorded['in_3.42'] : {}), ...recorded.ours, ...inWords[name] };
}

export interface Ran {
  readonly status: number;
  /** Both streams, without the time in front of a line. */
  readonly lines: readonly string[];
  /** The copy of the case, with the working folder below it. */
  readonly folder: string;
  readonly out: string;
  readonly common: string;
  readonly temporary: string;
}

const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Runs a case in a copy of it. */
export async function runCase(name: string): Promise<Ran> {
  const base = await mkdtemp('/var/tmp/gandi-recorded-');
  const folder = join(base, name);
  const common = join(base, '_common');
  await Promise.all([name, '_common'].map((part) => copyPart(part, join(base, part))));
  const out = join(folder, 'out');
  const temporary = join(base, 'tmp');
  await Promise.all([out, temporary].map((path) => mkdir(path, { recursive: true })));
  const command: Command = JSON.parse(await readFile(join(folder, 'command.json'), 'utf8'));
  for (const { write, text = '', mkdir: made } of command.prepare ?? []) {
    if (write !== undefined) await writeFile(join(out, write), text);
    if (made !== undefined) await mkdir(join(out, made), { recursive: true });
  }
  const fill = (text: string) =>
    text
      .replaceAll('$' + '{CASE}', folder)
      .replaceAll('$' + '{COMMON}', common)
      .replaceAll('$' + '{OUT}', out);
  await useMadeSystem(common, command.environment);
  const environment = Object.entries(command.environment).map(([key, value]) => [key, fill(value)]);
  const { exitCode, all } = await execa(builtProgram(), command.arguments.map(fill), {
    argv0: 'disk-image-create',
    cwd: out,
    extendEnv: false,
    env: {
      PATH: searchPath,
      HOME: '/root',
      TMP_DIR: temporary,
      ...Object.fromEntries(environment),
      // Only the original needs Python in the root.
      FAKE_OS_PYTHON: '',
    },
    all: true,
    reject: false,
    stdin: 'ignore',
    maxBuffer: 50_000_000,
  });
  const lines = (all ?? '').split('\n').map((line) => line.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \| /, ''));
  return { status: exitCode ?? -1, lines, folder, out, common, temporary };
}

export async function removeCase({ folder }: Ran): Promise<void> {
  await rm(join(folder, '..'), { recursive: true, force: true });
}

/** Systems that the hook of fake-os made, by the programs that it was asked for. */
const madeSystems = new Map<string, Promise<string>>();

/**
 * Has the hook of fake-os copy a system that it made once. Otherwise it starts 400 processes in each build, to find the
 * libraries of 38 programs. A system with ballast is large, so the hook makes it as it was written.
 */
async function useMadeSystem(common: string, environment: Command['environment']): Promise<void> {
  const { FAKE_OS_PROGRAMS: programs = '', FAKE_OS_BALLAST: ballast } = environment;
  if (ballast !== undefined) return;
  const hook = join(common, 'elements/fake-os/root.d/10-fake-os');
  const made = madeSystems.get(programs) ?? makeSystem(hook, programs);
  madeSystems.set(programs, made);
  const tree = await made;
  const text = await readFile(hook, 'utf8');
  await writeFile(hook, text.replace(/^root=\$TARGET_ROOT$.*/ms, `cp -a ${tree}/* "$TARGET_ROOT"\n`));
}

async function makeSystem(hook: string, programs: string): Promise<string> {
  const tree = await mkdtemp('/var/tmp/gandi-recorded-system-');
  const env = { PATH: searchPath, TARGET_ROOT: tree, FAKE_OS_PROGRAMS: programs };
  await execa('bash', [hook], { extendEnv: false, env });
  return tree;
}

export async function removeMadeSystems(): Promise<void> {
  const trees = await Promise.all(madeSystems.values());
  await Promise.all(trees.map((tree) => rm(tree, { recursive: true, force: true })));
}

/** Copies a part of the recordings, with the modes and links that a copy of them may have lost. */
async function copyPart(part: string, target: string): Promise<void> {
  await cp(join(dibFolder, part), target, { recursive: true });
  await execa('chmod', ['-R', 'u+w', target]);
  const modes = (await readFile(join(dibFolder, 'MODES'), 'utf8')).split('\n');
  for (const line of modes.filter((line) => line.startsWith(`${part}/`))) {
    const path = join(target, '..', line.replace(/ (?:-> .*|0[0-7]{3})$/, ''));
    const link = / -> (.*)$/.exec(line)?.[1];
    if (link === undefined) await chmod(path, Number.parseInt(line.slice(-4), 8));
    else {
      await mkdir(join(path, '..'), { recursive: true });
      await rm(path, { force: true });
      await symlink(link, path);
    }
  }
}
