import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BareMachine, type Start, startBareMachine } from '../../lab/bare-machine.ts';

/** How many times longer than told a test waits: for a machine that is busy with other work. */
const patience = Number(process.env.GANDI_PATIENCE ?? 1);
const minutes = (count: number) => count * 60_000 * patience;

/** Of Debian's package debian-installer-12-netboot-amd64. */
const images = '/usr/lib/debian-installer/images/12/amd64/text/debian-installer';
/** Of Debian's package syslinux-common; pxelinux.0 asks for it first. */
const ldlinux = join(images, 'amd64/boot-screens/ldlinux.c32');

const missing = [images, '/usr/bin/qemu-system-x86_64'].find((path) => !existsSync(path));
let folder = '';
let store = '';
let machine: BareMachine | undefined;

beforeAll(async () => {
  if (missing !== undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'gandi-installer-'));
  store = join(folder, 'store');
  const netboot = join(folder, 'dists/bookworm/main/installer-amd64/current/images/netboot/debian-installer');
  await mkdir(netboot, { recursive: true });
  await cp(join(images, 'amd64'), join(netboot, 'amd64'), { recursive: true });
  const archive = ['--archive', `file://${folder}/dists`, '--distribution', 'debian', '--arches', 'amd64'];
  const which = ['--releases', 'bookworm', '--current-release', 'bookworm', '--tftp-root', store];
  await execa(process.execPath, [resolve('src/provision/start.ts'), 'netboot', 'import', ...archive, ...which]);
}, minutes(5));

beforeEach(({ skip }) => skip(missing !== undefined, `${missing} is not there`));
afterEach(async () => {
  await machine?.stop();
  machine = undefined;
});
afterAll(async () => {
  if (folder !== '') await rm(folder, { recursive: true });
});

const release = 'maas/amd64/base/bookworm/install';
const consoleOfInstaller = 'console=ttyS0,115200 DEBIAN_FRONTEND=text priority=low';

/** The imported loader in the folder that it is asked for in, with a menu that names the imported kernel. */
async function withMenu(): Promise<Start> {
  const base = join(store, 'maas/amd64/base');
  await mkdir(join(base, 'pxelinux.cfg'), { recursive: true });
  await copyFile(ldlinux, join(base, 'ldlinux.c32'));
  const label = ['LABEL i', '  KERNEL bookworm/install/linux', '  INITRD bookworm/install/initrd.gz'];
  const menu = ['DEFAULT i', ...label, `  APPEND ${consoleOfInstaller}`, ''];
  await writeFile(join(base, 'pxelinux.cfg/default'), menu.join('\n'));
  return { by: 'bios', tftp: base, file: 'pxelinux.0' };
}

const kernel = (): Start => ({
  by: 'kernel',
  kernel: join(store, release, 'linux'),
  initrd: join(store, release, 'initrd.gz'),
  commandLine: consoleOfInstaller,
});

test.each([
  ['the kernel itself', () => Promise.resolve(kernel())],
  ['its pxelinux.0, over TFTP', withMenu],
] as const)(
  "Debian's installer of an imported tree starts by %s",
  async (_, start) => {
    machine = await startBareMachine({ folder, start: await start(), memory: 1024, serverPort: 9 });
    const said = machine.serialLog;
    await expect.poll(said, { timeout: minutes(10), interval: 1000 }).toMatch(/Linux version \d+\.\d+/);
    await expect.poll(said, { timeout: minutes(10), interval: 1000 }).toMatch(/Select a language|Debian installer/i);
  },
  minutes(25),
);
