import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** A folder with elements of a test, where its builds work and what they use for temporary files. */
export interface Workshop {
  readonly folder: string;
  readonly out: string;
  readonly temporary: string;
  /** Writes a file of an element, `NAME/install.d/10-x`; a hook is executable. */
  element(path: string, text: string): Promise<void>;
  /** Makes a link of an element. */
  link(path: string, target: string): Promise<void>;
  start(args: readonly string[], options?: StartOptions): Running;
  /** What is left in the folder for temporary files, and mounts below it. */
  leftovers(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

export interface StartOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** What stands before the program: another user. */
  readonly before?: readonly string[];
  /** The sources, unless the executable is asked for. */
  readonly program?: 'sources' | 'executable';
}

export interface Running {
  readonly pid: number;
  /** Resolves with a line that matches. */
  line(pattern: RegExp): Promise<string>;
  readonly ended: Promise<{ readonly status: number | string; readonly lines: readonly string[] }>;
  kill(signal: NodeJS.Signals): void;
}

const elements = resolve('test/integration/provision/elements');

export async function openWorkshop(): Promise<Workshop> {
  const folder = await mkdtemp('/var/tmp/gandi-build-');
  const [out, temporary] = [join(folder, 'out'), join(folder, 'tmp')];
  await Promise.all([out, temporary].map((path) => mkdir(path)));
  await chmod(folder, 0o755);
  return {
    folder,
    out,
    temporary,
    element: async (path, text) => {
      const file = join(folder, 'elements', path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      if (path.includes('.d/')) await chmod(file, 0o755);
    },
    link: async (path, target) => {
      const file = join(folder, 'elements', path);
      await mkdir(dirname(file), { recursive: true });
      await symlink(target, file);
    },
    start: (args, options = {}) => start(args, { out, temporary, folder }, options),
    leftovers: async () => {
      const mounts = (await readFile('/proc/self/mountinfo', 'utf8'))
        .split('\n')
        .filter((line) => line.includes(folder));
      return [...(await readdir(temporary)), ...mounts];
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function start(
  args: readonly string[],
  { out, temporary, folder }: Pick<Workshop, 'out' | 'temporary' | 'folder'>,
  { environment = {}, before = [], program: kind = 'sources' }: StartOptions,
): Running {
  const own =
    kind === 'sources' ? [process.execPath, resolve('src/provision/start.ts')] : [resolve('dist/gandi-provision')];
  const [program = '', ...words] = [...before, ...own, ...args];
  const child = spawn(program, words, {
    cwd: out,
    env: {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/root',
      TMP_DIR: temporary,
      ELEMENTS_PATH: `${join(folder, 'elements')}:${elements}`,
      DIB_JOURNAL_SIZE: '4',
      DIB_NO_TIMESTAMP: '1',
      GANDI_NO_CACHE: '1',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const waiting: { pattern: RegExp; resolve: (line: string) => void }[] = [];
  const readers = [child.stdout, child.stderr].map((input) =>
    createInterface({ input }).on('line', (line) => {
      lines.push(line);
      for (const one of waiting) if (one.pattern.test(line)) one.resolve(line);
    }),
  );
  const closed = Promise.all(readers.map((reader) => once(reader, 'close')));
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  const ended = exited.then(async ([code, signal]) => {
    await closed;
    return { status: code ?? signal ?? 'unknown', lines };
  });
  return {
    pid: child.pid ?? 0,
    line: (pattern) => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const found = lines.find((line) => pattern.test(line));
      if (found !== undefined) return Promise.resolve(found);
      waiting.push({ pattern, resolve });
      ended.then(() => reject(new Error(`it ended without a line like ${pattern}:\n${lines.join('\n')}`)));
      return promise;
    },
    ended,
    kill: (signal) => void child.kill(signal),
  };
}
