import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { globSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BareMachine, type Start, startBareMachine } from '../../lab/bare-machine.ts';
import { cached, hashOf } from '../../lab/cache.ts';
import { main } from '../../src/provision/main.ts';

/** How many times longer than told a test waits: for a machine that is busy with other work. */
const patience = Number(process.env.GANDI_PATIENCE ?? 1);
const minutes = (count: number) => count * 60_000 * patience;

const mebibyte = 1024 * 1024;

/** Tells the server the fingerprint of the machine's host key and how many of its NICs have an address. */
const trigger = [
  'key=$(ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub | cut -d" " -f2 | tr -cd "[:alnum:]")',
  'nics=$(ip -4 -o address show scope global | wc -l)',
  'curl -fsS --max-time 30 "http://10.0.2.100:3000/install/$key/$nics"',
].join('\n');

const missing = await whatIsMissing();
let work = '';
let pxe = '';
let server: Server;
/** What was asked for, and the status that was answered. */
const asked: { readonly path: string; readonly status: number }[] = [];

beforeAll(async () => {
  if (missing !== undefined) return;
  work = await mkdtemp(join(tmpdir(), 'gandi-preos-'));
  pxe = join(await cached('preos', await hashOf([trigger], globSync('src/provision/preos/*.ts').sort()), build), 'pxe');
  server = createServer((request, response) => {
    const path = request.url ?? '';
    // The first machine is turned away once, and one whose second NIC has no address yet as often as it comes.
    const status = asked.length > 0 && path.endsWith('/2') ? 200 : 503;
    asked.push({ path, status });
    response.writeHead(status, { connection: 'close' }).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
}, minutes(30));

beforeEach(({ skip }) => skip(missing !== undefined, missing));

afterAll(async () => {
  server?.close();
  if (work !== '') await rm(work, { recursive: true });
});

async function whatIsMissing(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'a PreOS is built as root';
  for (const program of ['mmdebstrap', 'cpio', 'zstd', 'qemu-system-x86_64', 'setpriv'])
    if ((await execa('which', [program], { reject: false })).exitCode !== 0) return `${program} is not installed`;
  return undefined;
}

/** Of Debian 12, with the folder that machines boot from beside the tree. */
async function build(folder: string): Promise<void> {
  const keys = join(folder, 'keys');
  await writeFile(keys, 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAo3yZ6o1Wf1rW1Y1sZ8b9Yw8u1m9P3pXk5YzFvK0fQn test\n');
  const said: string[] = [];
  const terminal = {
    out: (line: string) => void said.push(line),
    err: (line: string) => void said.push(line),
    json: () => undefined,
    verbatim: () => undefined,
  };
  const words = ['preos', 'build', 'debian', join(folder, 'tree'), '-B', '-C', '-v', '-s', 'bookworm', '-k', keys];
  const more = ['-t', trigger, '-p', join(folder, 'pxe'), '-r', '--console', 'ttyS0,115200'];
  expect(await main([...words, ...more], 'gandi-provision', terminal), said.slice(-30).join('\n')).toBe(0);
}

test('the initramfs has 110 MB at most', async () => {
  expect((await stat(join(pxe, 'initramfs'))).size / mebibyte).toBeLessThan(110e6 / mebibyte);
});

const commandLine = 'console=ttyS0,115200 net.ifnames=0';
const starts: readonly (readonly [string, () => Start])[] = [
  [
    'the kernel itself',
    () => ({ by: 'kernel', kernel: join(pxe, 'kernel'), initrd: join(pxe, 'initramfs'), commandLine }),
  ],
  ['pxelinux over TFTP', () => ({ by: 'bios', tftp: pxe, file: 'pxelinux.0' })],
  ['GRUB over TFTP, from UEFI', () => ({ by: 'uefi', tftp: pxe, file: 'grubx64.efi' })],
];

const keysSeen = new Set<string>();

test.each(starts)(
  'a machine of 1 GiB without a disk comes up by %s, on both NICs, with host keys of its own',
  async (_, start) => {
    const folder = join(work, String(keysSeen.size));
    await mkdir(folder, { recursive: true });
    const before = asked.length;
    const { port } = server.address() as AddressInfo;
    const machine = await startBareMachine({ folder, start: start(), memory: 1024, serverPort: port });
    try {
      const [path = ''] = await answered(machine, before);
      const [, , key = ''] = path.split('/');
      expect(key).toMatch(/^SHA256\w{20,}$/);
      expect(keysSeen).not.toContain(key);
      keysSeen.add(key);
      // The first trigger of all was turned away, and run again.
      if (before === 0) expect(asked[0]?.status).toBe(503);
      await expect.poll(() => machine.serialLog(), { timeout: minutes(2), interval: 1000 }).toMatch(/preos login:/);
    } finally {
      await machine.stop();
    }
  },
  minutes(15),
);

/** Paths of triggers after the first `before` that were answered well. */
async function answered(machine: BareMachine, before: number): Promise<string[]> {
  const good = () => asked.slice(before).filter(({ status }) => status === 200);
  await expect
    .poll(good, { timeout: minutes(12), interval: 1000 })
    .not.toEqual([])
    .catch(async (error: unknown) => {
      throw new Error(`no trigger came; the serial port says:\n${(await machine.serialLog()).slice(-4000)}`, {
        cause: error,
      });
    });
  return good().map(({ path }) => path);
}
