import { copyFile, mkdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { existsSync, globSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { execa } from 'execa';
import type { HostStep } from '../src/provision/serve/hosts/host.ts';
import { type BareMachine, startBareMachine } from './bare-machine.ts';
import { cached, hashOf } from './cache.ts';
import { runOnHost } from './host-command.ts';
import { installableImage } from './installable-image.ts';

const program = resolve('src/provision/start.ts');

/** What `make build` made: what is sent to the machine. */
const installer = resolve('dist/gandi-provision');

export interface ServedHost {
  readonly state: string;
  readonly step: HostStep;
  readonly name: string | null;
  readonly detail: string | null;
}

/** A server with a store, and a machine with nothing on its disk. */
export interface BareMetal {
  readonly machine: BareMachine;
  /** As `gandi-provision host list --json` tells. */
  host(): Promise<ServedHost | undefined>;
  /** The state and step whenever it becomes another, until the machine is done or too late, or has failed unless told otherwise. */
  follow(seconds: number, ends?: readonly string[]): AsyncGenerator<ServedHost & { readonly seconds: number }>;
  /** How much of its disk has been written, in bytes. */
  writtenBytes(): Promise<number>;
  /** What the server said, and the log of the run. */
  logs(): Promise<string>;
  close(): Promise<void>;
}

export interface BareMetalOptions {
  readonly folder: string;
  readonly memory?: number;
  /** Puts something on the disk of 6 GiB before the machine starts. */
  readonly prepareDisk?: (disk: string) => Promise<unknown>;
  readonly profile?: Readonly<Record<string, unknown>>;
  readonly firmware?: 'bios' | 'uefi';
  /** Further words of `gandi-provision serve`. */
  readonly serve?: readonly string[];
}

/** Makes what has to be there first (a PreOS, an image; kept between runs), and starts both. */
export async function startBareMetal(options: BareMetalOptions): Promise<BareMetal> {
  const { folder, memory = 1024, profile = {}, firmware = 'bios' } = options;
  if (!existsSync(installer)) throw new Error(`${installer} is missing: run \`make build\``);
  const preos = await installingPreos();
  const image = await installableImage();
  const store = join(folder, 'store');
  await mkdir(join(store, 'preos'), { recursive: true });
  for (const name of ['kernel', 'initramfs']) await linkInto(join(preos, 'pxe', name), join(store, 'preos', name));
  for (const name of ['debian-12.raw.zst', 'debian-12.raw.zst.sha256'])
    await linkInto(join(image, '..', name), join(store, name));
  await writeFile(join(folder, 'payload.json'), JSON.stringify({ vm_hostname: 'node1' }));
  await writeFile(join(folder, 'profiles.yaml'), JSON.stringify(profilesWith(folder, profile)));
  const disk = join(folder, 'disk.img');
  await writeFile(disk, '');
  await truncate(disk, 6 * 1024 ** 3);
  await options.prepareDisk?.(disk);
  const [port, sshPort] = [await freePort(), await freePort()];
  const server = serve(folder, store, preos, port, sshPort, options.serve);
  await untilServing(port, server);
  const machine = await startBareMachine({
    folder,
    start: { by: 'http', path: '/boot.ipxe', firmware },
    memory,
    serverPort: port,
    sshPort,
    disk,
  });
  const url = `http://127.0.0.1:${port}`;
  const host = () => hostOf(url);
  return {
    machine,
    host,
    follow: (seconds, ends = ['done', 'failed']) => follow(host, seconds, ends),
    writtenBytes: async () => (await stat(disk)).blocks * 512,
    logs: () => logsOf(folder, server),
    close: async () => {
      await machine.stop();
      server.process.kill('SIGTERM');
      await server.ended;
    },
  };
}

function profilesWith(folder: string, profile: Readonly<Record<string, unknown>>) {
  return {
    version: 1,
    boots: {
      preos: {
        kernel: 'preos/kernel',
        initrd: 'preos/initramfs',
        arguments: 'console=ttyS0,115200 net.ifnames=0 norandmaps mitigations=off trigger={server}/install/',
      },
    },
    machines: [
      {
        name: 'node1',
        mac: '52:54:00:00:00:01',
        boot: 'preos',
        image: 'debian-12.raw.zst',
        payload: join(folder, 'payload.json'),
        ...profile,
      },
    ],
  };
}

/** A PreOS that lets the server in by a key that is kept beside it. */
async function installingPreos(): Promise<string> {
  const key = await hashOf([], [...globSync('src/provision/preos/*.ts').sort(), import.meta.filename]);
  return cached('installing-preos', key, async (folder) => {
    await runOnHost('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')]);
    const words = ['preos', 'build', 'debian', join(folder, 'tree'), '-B', '-C', '-s', 'bookworm'];
    const more = ['-k', join(folder, 'key.pub'), '-p', join(folder, 'pxe'), '-r', '--console', 'ttyS0,115200'];
    await execa(process.execPath, [program, ...words, ...more]);
  });
}

async function linkInto(from: string, to: string): Promise<void> {
  await runOnHost('cp', ['--reflink=auto', '--link', from, to]).catch(() => copyFile(from, to));
}

interface Server {
  readonly process: ChildProcess;
  readonly ended: Promise<unknown>;
  readonly said: string[];
}

function serve(
  folder: string,
  store: string,
  preos: string,
  port: number,
  sshPort: number,
  more: readonly string[] = [],
): Server {
  const install = [process.execPath, program, 'install', '--installer', installer, '--identity', join(preos, 'key')];
  const words = [
    ...['serve', '--port', String(port), '--store', store, '--state', join(folder, 'state')],
    ...['--profiles', join(folder, 'profiles.yaml'), '--url', 'http://10.0.2.100:3000'],
    ...more,
    ...['--command', [...install, '--port', String(sshPort), '{address}'].join(' ')],
  ];
  const child = spawn('setpriv', ['--pdeathsig', 'SIGKILL', process.execPath, program, ...words]);
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => said.push(String(text)));
  return { process: child, ended: once(child, 'close'), said };
}

async function untilServing(port: number, { said, ended }: Server): Promise<void> {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  for (;;) {
    const isUp = await fetch(`http://127.0.0.1:${port}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    if (isOver) throw new Error(`the server ended: ${said.join('')}`);
    await sleep(100);
  }
}

async function hostOf(url: string): Promise<ServedHost | undefined> {
  const answer = (await (await fetch(`${url}/v1/hosts`)).json()) as { hosts: ServedHost[] };
  return answer.hosts[0];
}

async function* follow(host: BareMetal['host'], limit: number, ends: readonly string[]) {
  const start = performance.now();
  let last = '';
  for (;;) {
    const seconds = Math.round((performance.now() - start) / 1000);
    const now = await host();
    const key = `${now?.state} ${now?.step}`;
    if (now !== undefined && key !== last) yield { ...now, seconds };
    last = key;
    if ((now !== undefined && ends.includes(now.state)) || seconds > limit) return;
    await sleep(500);
  }
}

async function logsOf(folder: string, { said }: Server): Promise<string> {
  const logs = globSync(join(folder, 'state/logs/*.log'));
  const texts = await Promise.all(
    [...logs, join(folder, 'serial.log')].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  return [said.join(''), ...texts.map((text) => text.slice(-4000))].join('\n----\n');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
