import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server of this program in a namespace of mounts, so that it sees a hosts file of the test's and keeps no state here. */
export interface StartedServer {
  readonly process: ChildProcess;
  /** All that it wrote to standard error so far. */
  log(): string;
  /** Resolves with its status once it has ended. */
  readonly ended: Promise<number | null>;
}

/** A folder with all that a server of one test file needs. */
export interface Workshop {
  readonly folder: string;
  /** Where commands of runs leave marks: `HOST.start` and `HOST.end`. */
  readonly marks: string;
  readonly directory: string;
  readonly source: string;
  /** Starts `cdist` with these arguments. @param prefix words in front, such as those that enter a namespace */
  start(args: readonly string[], environment?: Record<string, string>, prefix?: readonly string[]): StartedServer;
  close(): Promise<void>;
}

const hosts = '127.0.0.1 localhost\n127.0.0.9 node9.example\n';

/** Stands for cdist: runs the manifest that it is given, for the host that is its last word. */
const fakeCdist = `#!/bin/sh
for word; do case $word in --initial-manifest=*) manifest=\${word#*=} ;; esac; host=$word; done
__target_host=$host exec sh "\${manifest:-/dev/null}"
`;

const prepare = `
mount --bind "$1/hosts" /etc/hosts
mount --bind "$1/resolv.conf" /etc/resolv.conf
mount -t tmpfs none /var/lib
mkdir -p "$1/state"
mkdir /var/lib/gandi-provision
mount --bind "$1/state" /var/lib/gandi-provision
ip link set lo up 2>/dev/null
shift
exec "$@"
`;

export async function openWorkshop(): Promise<Workshop> {
  const folder = await mkdtemp(join(tmpdir(), 'gandi-trigger-'));
  const inside = (name: string) => join(folder, name);
  for (const name of ['bin', 'marks', 'boot', 'state']) await mkdir(inside(name));
  await writeFile(inside('hosts'), hosts);
  await writeFile(inside('resolv.conf'), '');
  await writeFile(inside('bin/cdist'), fakeCdist, { mode: 0o755 });
  // By this name the program behaves as cdist; the commands that it runs find the other one.
  await symlink(process.execPath, inside('cdist'));
  const started: StartedServer[] = [];
  return {
    folder,
    marks: inside('marks'),
    directory: inside('boot'),
    source: inside('source'),
    start: (args, environment = {}, prefix = ['unshare', '--mount', 'sh', '-c', prepare, 'sh', folder]) => {
      const words = [...prefix, inside('cdist'), resolve('src/provision/start.ts'), ...args];
      const server = startProcess(words, {
        PATH: `${inside('bin')}:${process.env.PATH}`,
        HOME: folder,
        ...environment,
      });
      started.push(server);
      return server;
    },
    close: async () => {
      for (const { process: child } of started) child.kill('SIGKILL');
      await Promise.all(started.map(({ ended }) => ended));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Words that start a server in a network of its own, where every port is free. */
export function inOwnNetwork({ folder }: Workshop): string[] {
  return ['unshare', '--mount', '--net', 'sh', '-c', prepare, 'sh', folder];
}

export function startProcess([program = '', ...args]: readonly string[], env: Record<string, string>): StartedServer {
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  child.stderr.on('data', (bytes: Buffer) => {
    text += bytes.toString();
  });
  const ended = once(child, 'close').then(([status]) => status as number | null);
  return { process: child, log: () => text, ended };
}

/** Waits until the server says that it serves. @throws Error with its log, if it ends before */
export async function untilServing({ process: child, log }: StartedServer): Promise<void> {
  await until(() => {
    if (/\bserving\b/.test(log())) return true;
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: ${log()}`);
    return false;
  });
}

/** Waits for a condition that nothing announces. The runner's own limit ends it. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}

export async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** A port of all addresses that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** What is in a folder, by name; undefined if it is not there. */
export async function contentsOf(folder: string): Promise<Record<string, string> | undefined> {
  const names = await readdir(folder).catch(() => undefined);
  if (names === undefined) return undefined;
  const entries = await Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, name), 'utf8').catch(() => '')]),
  );
  return Object.fromEntries(entries);
}
