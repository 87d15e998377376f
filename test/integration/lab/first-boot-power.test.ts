import { mkdir, mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { withMountedPart } from '../../../lab/disk-part.ts';
import { runOnHost } from '../../../lab/host-command.ts';
import { powerStates } from '../../../lab/power-states.ts';
import { recordWrites } from '../../../lab/recorded-file-system.ts';
import { seededRandom } from '../../unit/agent/sources/seeded-random.ts';
import { type FirstBootParts, problemsOf, treeOf } from '../../vm/first-boot-states.ts';
import { requirePrograms } from '../agent/action/loop-disk.ts';

const seed = Number(process.env.SEED || 1);
const states = Number(process.env.STATES || 60);
const timeout = 5 * 60_000;
const mebibyte = 1024 ** 2;
const parts: FirstBootParts = {
  root: { offset: 0, bytes: 32 * mebibyte },
  swap: { offset: 32 * mebibyte, bytes: mebibyte },
};
const mark = '$6$of-the-payload$';
const shadow = (hash: string) => `root:${hash}:20000:0:99999:7:::\n`;

beforeEach((context) =>
  requirePrograms(context, { 'mkfs.ext4': 'e2fsprogs', 'qemu-storage-daemon': 'qemu-system-common' }),
);

// The agent itself is judged in a guest, by the same rules: test/vm/power-states.nightly.test.ts.
test('a payload that is overwritten before what it asks for is on the disk is lost after some of the cuts', {
  timeout,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'first-boot-power-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { image, log } = await recordWrites(await diskWithPayload(folder), folder, firstBootAsBefore);
  const known = [await treeOf(image, parts), await treeOf(join(folder, 'disk.img'), parts)];
  const problems: string[] = [];
  let seen = 0;
  for await (const state of powerStates(image, log, seededRandom(seed), states)) {
    seen += 1;
    problems.push(...(await problemsOf(state.image, parts, known, mark)));
  }
  const lost = problems.filter((problem) => problem === 'the configuration is lost').length;
  const halves = problems.filter((problem) => problem.startsWith('half: ')).length;
  console.log(
    `seed ${seed}: ${seen} states of a first boot, ${lost} without the configuration, ${halves} halves of files`,
  );
  expect(lost).toBeGreaterThan(0);
  expect(halves).toBeGreaterThan(0);
});

async function diskWithPayload(folder: string): Promise<string> {
  const disk = join(folder, 'base.img');
  await writeFile(disk, '');
  await truncate(disk, parts.swap.offset + parts.swap.bytes);
  await runOnHost('mkfs.ext4', ['-q', disk, `${parts.root.bytes / 1024}k`]);
  await withMountedPart(disk, parts.root, join(folder, 'mounted'), 'rw', async (mounted) => {
    for (const each of ['etc', 'gandi', 'var/lib/gandi']) await mkdir(join(mounted, each), { recursive: true });
    await writeFile(join(mounted, 'etc/shadow'), shadow('!'));
  });
  await writeAt(disk, Buffer.from(mark), parts.swap.offset + parts.swap.bytes / 2);
  return disk;
}

/** The order of steps of gandi-hosting-vm2, with a wipe, which it lacked: the payload goes first, and nothing waits for the disk. */
async function firstBootAsBefore(served: string): Promise<void> {
  await withMountedPart(served, parts.root, `${served}.mounted`, 'rw', async (mounted) => {
    const write = (path: string, text: string) => writeFile(join(mounted, path), text);
    await write('gandi/config', JSON.stringify({ password: mark }).repeat(200));
    await writeAt(served, Buffer.alloc(parts.swap.bytes), parts.swap.offset);
    await write('etc/shadow', shadow(mark));
    await write('etc/hosts', '192.0.2.10 web1\n'.repeat(300));
    await write('var/lib/gandi/applied.json', '{"version":1}\n');
    await syncAnother(join(mounted, 'etc/other'));
  });
}

/** Any other program that is careful: the file system writes down with it what was made before, and not all of its content. */
async function syncAnother(path: string): Promise<void> {
  const other = await open(path, 'a');
  await other.write('x');
  await other.sync();
  await other.close();
}

async function writeAt(path: string, bytes: Uint8Array, position: number): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(bytes, 0, bytes.length, position);
  await file.sync();
  await file.close();
}
