import { execa } from 'execa';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isThere, startProcess, type StartedServer, until, untilServing } from './cdist-server.ts';

/** A network of two interfaces in namespaces of their own: the server on one, a machine that boots on the other. */
const names = { server: `gandi-pxe-s${process.pid}`, machine: `gandi-pxe-m${process.pid}` };
const inside = (namespace: string, ...words: string[]) => execa('ip', ['netns', 'exec', namespace, ...words]);
const tools = ['/usr/sbin/dnsmasq', '/usr/sbin/ip'];

let folder = '';
let server: StartedServer | undefined;
let reason: string | undefined;

beforeAll(async () => {
  reason = await reasonAgainst();
  if (reason !== undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'gandi-pxe-'));
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'undionly.kpxe'), 'loader');
  for (const name of Object.values(names)) await execa('ip', ['netns', 'add', name]);
  await execa('ip', [
    'link',
    'add',
    'pxe0',
    'netns',
    names.server,
    'type',
    'veth',
    'peer',
    'name',
    'eth0',
    'netns',
    names.machine,
  ]);
  await inside(names.server, 'ip', 'address', 'add', '192.0.2.1/24', 'dev', 'pxe0');
  await inside(names.machine, 'ip', 'address', 'add', '192.0.2.9/24', 'dev', 'eth0');
  for (const [name, device] of [
    [names.server, 'pxe0'],
    [names.machine, 'eth0'],
  ] as const)
    for (const each of ['lo', device]) await inside(name, 'ip', 'link', 'set', each, 'up');
  const words = ['--pxe', 'pxe0', '--loaders', folder, '--state', join(folder, 'state'), '--verbose'];
  server = startProcess(
    ['ip', 'netns', 'exec', names.server, process.execPath, resolve('src/provision/start.ts'), 'serve', ...words],
    { PATH: process.env.PATH ?? '', HOME: folder },
  );
  await untilServing(server);
  await until(() => server?.log().includes('TFTP root') ?? false);
});
beforeEach(({ skip }) => skip(reason !== undefined, reason));
afterAll(async () => {
  if (reason !== undefined) return;
  server?.process.kill('SIGTERM');
  await server?.ended;
  for (const name of Object.values(names)) await execa('ip', ['netns', 'delete', name], { reject: false });
  await rm(folder, { recursive: true, force: true });
});

describe('PXE', () => {
  test.each([
    ['bios-boot', 'undionly.kpxe'],
    ['efi-boot', 'ipxe.efi'],
  ])('firmware (%s) gets %s for its loader', async (kind, file) => {
    expect(await answersTo(kind)).toMatchObject([{ from: kind, file }]);
  });

  test.each(['bios', 'efi', 'ipxe'])('an offer to %s hands out no address', async (kind) => {
    expect(await answersTo(kind)).toMatchObject([{ from: kind, address: '0.0.0.0' }]);
  });

  test('iPXE gets the address of its script', async () => {
    expect(await answersTo('ipxe')).toMatchObject([{ file: 'http://192.0.2.1:3000/boot.ipxe' }]);
  });

  test('a machine that does not boot from the network is left to the DHCP server of the network', async () => {
    expect(await answersTo('system', 'bios')).toMatchObject([{ from: 'bios' }]);
  });

  test('the loader comes by TFTP', async () => {
    const { stdout } = await inside(
      names.machine,
      process.execPath,
      resolve('test/integration/provision/tftp-read.ts'),
    );
    expect(stdout).toBe('loader');
  });

  test('a machine is in the list from its first request on', async () => {
    await answersTo('bios');
    const words = [resolve('src/provision/start.ts'), 'host', 'list'];
    await until(async () => {
      const { stdout } = await inside(names.server, process.execPath, ...words);
      return /52:54:00:00:00:07 .*asked for a network boot/.test(stdout);
    });
  });

  test('dnsmasq ends with its server, also where that is killed', async () => {
    server?.process.kill('SIGKILL');
    await server?.ended;
    await until(async () => (await execa('ip', ['netns', 'pids', names.server])).stdout === '');
  });
});

interface Offer {
  readonly from: string;
  readonly address: string;
  readonly file: string;
}

async function answersTo(...kinds: string[]): Promise<Offer[]> {
  const { stdout } = await inside(
    names.machine,
    process.execPath,
    resolve('test/integration/provision/dhcp-discover.ts'),
    ...kinds,
  );
  return JSON.parse(stdout);
}

async function reasonAgainst(): Promise<string | undefined> {
  if (process.geteuid?.() !== 0) return 'needs root, for network namespaces';
  for (const tool of tools) if (!(await isThere(tool))) return `needs ${tool}`;
  const { failed } = await execa('unshare', ['--net', 'true'], { reject: false });
  return failed ? 'the kernel gives no network namespaces' : undefined;
}
