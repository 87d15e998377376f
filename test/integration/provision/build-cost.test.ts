import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { watchOwnMemory } from '../../vm/own-memory.ts';
import { cost } from './cost.ts';
import { openWorkshop, type Workshop } from './own-build.ts';

const minute = 60_000;

/** As it is installed: a start from the sources is that of their compiler too. */
const program = resolve('dist/gandi-provision');

const words = ['image', 'build', '-n', '-o', 'image', '-t', 'raw,tar,qcow2', 'copied-os'];

/**
 * Costs are compared with those of other programs in the same run: others that use the machine meanwhile change the seconds of
 * the processor too, but those of both alike.
 */
describe('what the builder costs', () => {
  let workshop: Workshop;
  let environment: Readonly<Record<string, string>>;

  beforeAll(async () => {
    if (!existsSync(program)) throw new Error(`${program} is missing: run \`make build\``);
    workshop = await openWorkshop();
    environment = {
      ELEMENTS_PATH: join(workshop.folder, 'elements'),
      TMP_DIR: workshop.temporary,
      TREE: join(workshop.folder, 'tree'),
      WORK: join(workshop.folder, 'bare'),
      DIB_NO_TMPFS: '1',
      DIB_QUIET: '1',
      GANDI_NO_CACHE: '1',
    };
    await workshop.element('copied-os/element-provides', 'operating-system\n');
    await workshop.element('copied-os/root.d/10-copied-os', '#!/bin/sh\ncp -a "$TREE/." "$TARGET_ROOT"\n');
    await makeTree(join(workshop.folder, 'tree'));
  }, 2 * minute);
  afterAll(() => workshop?.remove());

  test('raw, tar and qcow2 cost at most 2.6 times tar, mke2fs and qemu-img', {
    timeout: 10 * minute,
  }, async (context) => {
    if (process.getuid?.() !== 0) context.skip('it is measured as root');
    const ratios: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const whole = await cost([program, ...words], environment, workshop.out);
      const size = (await stat(join(workshop.out, 'image.raw'))).size;
      const bare = await cost(['bash', '-euc', bareScript], { ...environment, SIZE: String(size) });
      console.log(
        `the build ${whole.processor.toFixed(2)} s of the processor, the bare work ${bare.processor.toFixed(2)} s`,
      );
      ratios.push(whole.processor / bare.processor);
    }
    expect(Math.min(...ratios)).toBeLessThanOrEqual(2.6);
  });

  test('the builder itself has at most 150 MB', { timeout: 2 * minute }, async (context) => {
    if (process.getuid?.() !== 0) context.skip('it is measured as root');
    const child = spawn(program, words, {
      cwd: workshop.out,
      env: { ...process.env, ...environment },
      stdio: 'ignore',
    });
    const exited = once(child, 'exit');
    const end = new AbortController();
    const memory = watchOwnMemory(child.pid ?? 0, end.signal);
    expect((await exited)[0]).toBe(0);
    end.abort();
    const megabytes = await memory;
    console.log(`the builder had ${megabytes.toFixed(0)} MB`);
    expect(megabytes).toBeGreaterThan(20);
    expect(megabytes).toBeLessThanOrEqual(150);
  });

  test('image plan costs at most 1.3 times --version, and at most 7 times a Node that does nothing', {
    timeout: 5 * minute,
  }, async () => {
    const plan = ['image', 'plan', ...words.slice(2)];
    const [planned, version, empty] = [[] as number[], [] as number[], [] as number[]];
    for (let start = 0; start < starts; start++) {
      planned.push((await cost([program, ...plan], environment, workshop.out)).processor);
      version.push((await cost([program, '--version'], environment)).processor);
      empty.push((await cost([process.execPath, '-e', '0'], environment)).processor);
    }
    const [ours, its, nothing] = [planned, version, empty].map((seconds) => Math.min(...seconds)) as [
      number,
      number,
      number,
    ];
    console.log(`image plan ${ours} s of the processor, --version ${its} s, node -e 0 ${nothing} s`);
    expect(ours / its).toBeLessThanOrEqual(1.3);
    expect(ours / nothing).toBeLessThanOrEqual(7);
  });
});

/** The least of several is what the others would be without what the machine does beside. */
const rounds = 2;
const starts = 10;

const bareScript = `
rm -rf "$WORK"; mkdir "$WORK"
cp -a "$TREE" "$WORK/tree"
tar -C "$WORK/tree" --xattrs -cf "$WORK/image.tar" .
truncate --size="$SIZE" "$WORK/image.raw"
mke2fs -q -t ext4 -i 4096 -J size=64 -d "$WORK/tree" "$WORK/image.raw"
qemu-img convert -c -f raw -O qcow2 -o compression_type=zstd "$WORK/image.raw" "$WORK/image.qcow2"
`;

/** Of 40 folders with 40 small files each, and of 48 MB in three files that are made smaller by a half. */
async function makeTree(tree: string): Promise<void> {
  for (const folder of ['etc', 'proc', 'sys', 'dev', 'tmp', 'usr/lib'])
    await mkdir(join(tree, folder), { recursive: true });
  for (let folder = 0; folder < 40; folder++) {
    await mkdir(join(tree, `usr/lib/${folder}`));
    for (let file = 0; file < 40; file++) await writeFile(join(tree, `usr/lib/${folder}/${file}`), mixed(4096, file));
  }
  for (let file = 0; file < 3; file++) await writeFile(join(tree, `usr/lib/large-${file}`), mixed(16_000_000, file));
}

/** Bytes of which a half are the same, and the others differ by a linear congruential generator. */
function mixed(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed + 1;
  for (let index = 0; index < length; index += 2) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}
