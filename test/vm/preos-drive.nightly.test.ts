import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startBareMachine } from '../../lab/bare-machine.ts';
import { main } from '../../src/provision/main.ts';

/** How many times longer than told a test waits: for a machine that is busy with other work. */
const patience = Number(process.env.GANDI_PATIENCE ?? 1);
const minutes = (count: number) => count * 60_000 * patience;

const missing = await whatIsMissing();
let work = '';
let loop = '';

beforeAll(async () => {
  if (missing !== undefined) return;
  work = await mkdtemp(join(tmpdir(), 'gandi-preos-drive-'));
  await mkdir(join(work, 'tree'));
  await writeFile(join(work, 'disk.img'), '');
  await truncate(join(work, 'disk.img'), 3 * 1024 ** 3);
  await execa('sfdisk', ['-q', join(work, 'disk.img')], {
    input: 'label: dos\nstart=2048, type=83, bootable\n',
  });
  loop = (await execa('losetup', ['--find', '--show', '--partscan', join(work, 'disk.img')])).stdout;
  // A kernel without a reader of partition tables is told of them.
  if (!existsSync(`${loop}p1`)) await execa('partx', ['--add', loop]);
  await execa('mkfs.ext4', ['-q', '-F', `${loop}p1`]);
  await execa('mount', [`${loop}p1`, join(work, 'tree')]);
}, minutes(5));

beforeEach(({ skip }) => skip(missing !== undefined, missing));

afterAll(async () => {
  await letGo();
  if (work !== '') await rm(work, { recursive: true });
});

async function letGo(): Promise<void> {
  if (loop === '') return;
  await execa('umount', [join(work, 'tree')]);
  await execa('partx', ['--delete', '--nr', '1', loop], { reject: false });
  await execa('losetup', ['--detach', loop]);
  loop = '';
}

async function whatIsMissing(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'a PreOS is built as root';
  for (const program of ['mmdebstrap', 'qemu-system-x86_64', 'setpriv', 'sfdisk', 'mkfs.ext4', 'partx'])
    if ((await execa('which', [program], { reject: false })).exitCode !== 0) return `${program} is not installed`;
  const free = await execa('losetup', ['--find'], { reject: false });
  return free.exitCode === 0 ? undefined : 'there is no loop device';
}

async function provision(...words: string[]): Promise<string[]> {
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const terminal = { out: say, err: say, json: () => undefined, verbatim: () => undefined };
  expect(await main(words, 'gandi-provision', terminal), said.slice(-20).join('\n')).toBe(0);
  return said;
}

test(
  'a machine starts a PreOS from the drive that -D made of it, with a root that can be written and a password',
  async () => {
    const words = ['preos', 'build', 'debian', join(work, 'tree'), '-s', 'bookworm', '--console', 'ttyS0,115200'];
    const command = 'touch /written && echo @@ preos on $(findmnt -no SOURCE /) >/dev/ttyS0';
    const said = await provision(...words, '-B', '-C', '-D', loop, '-t', command);
    expect(said).toContainEqual(expect.stringMatching(/^Generated root password \(without quotes\):'\w{30}'$/));
    await letGo();
    const machine = await startBareMachine({
      folder: work,
      start: { by: 'disk' },
      memory: 1024,
      serverPort: 9,
      disk: join(work, 'disk.img'),
    });
    try {
      await expect
        .poll(() => machine.serialLog(), { timeout: minutes(10), interval: 1000 })
        .toMatch(/@@ preos on \/dev\/vda1/);
    } finally {
      await machine.stop();
    }
  },
  minutes(40),
);
