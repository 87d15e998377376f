import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Cost, cost } from './cost.ts';
import { openWorkshop, type Workshop } from './own-build.ts';

/** As it is installed: a start from the sources is that of their compiler too. */
const program = resolve('dist/gandi-provision');

/** What builds the small image of which costs are told: a system that is copied from a folder. */
export const words = ['image', 'build', '-n', '-o', 'image', '-t', 'raw,tar,qcow2', 'copied-os'];

export interface SmallBuild {
  readonly program: string;
  readonly workshop: Workshop;
  readonly environment: Readonly<Record<string, string>>;
}

export async function openSmallBuild(): Promise<SmallBuild> {
  const workshop = await openWorkshop();
  const environment = {
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
  return { program, workshop, environment };
}

/** What a build of raw, tar and qcow2 costs, and beside it the same by tar, mke2fs and qemu-img. */
export async function measureBuild({
  workshop,
  environment,
}: SmallBuild): Promise<{ readonly whole: Cost; readonly bare: Cost }> {
  const whole = await cost([program, ...words], environment, workshop.out);
  const size = (await stat(join(workshop.out, 'image.raw'))).size;
  return { whole, bare: await cost(['bash', '-euc', bareScript], { ...environment, SIZE: String(size) }) };
}

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
