import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { builtPackage } from '../../../lab/agent-image.ts';
import { debianMirror } from '../../../lab/apt-sources.ts';
import { type Cost, cost } from './cost.ts';

const minute = 60_000;
const program = resolve('dist/gandi-provision');
const rounds = 2;
const elements = ['vm', 'debian-minimal', 'gandi-vm-agent', 'simple-init', 'openssh-server', 'last'];

let folder: string;

/**
 * What a build costs beside the bare work, in turns on the same folder of the same machine. Others that use the machine
 * meanwhile change seconds of the clock, and of the processor much less: those are compared.
 */
describe.each(['bookworm', 'trixie'])('a build of %s', (suite) => {
  beforeEach(async (context) => {
    if (process.getuid?.() !== 0) context.skip('it is measured as root');
    if (!existsSync(program)) throw new Error(`${program} is missing: run \`make build\``);
    folder = await mkdtemp('/var/tmp/gandi-build-time-');
    await writeLast('first');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test(
    'costs at most 1.25 times mmdebstrap, mke2fs and qemu-img; unchanged at most 2 s; with its last element changed at most 30 %',
    async () => {
      const whole: Cost[] = [];
      const bare: Cost[] = [];
      let place = folder;
      for (let round = 1; round <= rounds; round += 1) {
        // With a cache of its own: nothing is there of the round before.
        place = await mkdtemp(join(folder, 'round-'));
        whole.push(show(suite, 'whole', await build(suite, place)));
        bare.push(show(suite, 'bare', await bareWork(suite, place)));
      }
      const again = show(suite, 'again', await build(suite, place));
      await writeLast('second');
      const changed = show(suite, 'changed', await build(suite, place));
      expect(meanProcessor(whole) / meanProcessor(bare)).toBeLessThanOrEqual(1.25);
      expect(again.processor).toBeLessThanOrEqual(2);
      expect(changed.processor / meanProcessor(whole)).toBeLessThanOrEqual(0.3);
    },
    60 * minute,
  );
});

function show(suite: string, name: string, measured: Cost): Cost {
  const { clock, processor } = measured;
  console.log(`${suite}: ${name.padEnd(8)} ${clock.toFixed(1)} s, of the processor ${processor.toFixed(1)} s`);
  return measured;
}

function meanProcessor(costs: readonly Cost[]): number {
  return costs.reduce((sum, { processor }) => sum + processor, 0) / costs.length;
}

/** The last element of the image: what somebody works on. */
async function writeLast(text: string): Promise<void> {
  const hooks = join(folder, 'elements/last/post-install.d');
  await mkdir(hooks, { recursive: true });
  await writeFile(join(hooks, '90-last'), `#!/bin/sh\necho ${text} >/etc/last\n`);
  await chmod(join(hooks, '90-last'), 0o755);
}

async function build(suite: string, place: string): Promise<Cost> {
  return cost([program, 'image', 'build', '--no-tmpfs', '-o', join(place, 'image'), ...elements], {
    ELEMENTS_PATH: join(folder, 'elements'),
    DIB_IMAGE_CACHE: join(place, 'cache'),
    DIB_RELEASE: suite,
    DIB_DISTRIBUTION_MIRROR: await debianMirror(),
    DIB_GANDI_VM_AGENT_PACKAGE: await builtPackage(),
    DIB_QUIET: '1',
    TMP_DIR: place,
  });
}

/** The packages of the image that was built, a file system with them in a file of its size, and a qcow2 of it. */
async function bareWork(suite: string, place: string): Promise<Cost> {
  const { packages } = JSON.parse(await readFile(join(place, 'image.image.json'), 'utf8'));
  const names = packages.map(({ name }: { readonly name: string }) => name);
  const { stdout } = await execa('qemu-img', ['info', '--output=json', join(place, 'image.qcow2')]);
  const size = JSON.parse(stdout)['virtual-size'];
  const bare = await cost(['bash', '-euc', bareScript], {
    SUITE: suite,
    MIRROR: await debianMirror(),
    INCLUDE: names.filter((name: string) => name !== 'gandi-vm-agent').join(','),
    AGENT: await builtPackage(),
    SIZE: String(size),
    WORK: join(place, 'bare'),
    MERGE: '/usr/share/mmdebstrap/hooks/maybe-merged-usr',
  });
  expect((await stat(join(place, 'bare/image.qcow2'))).size).toBeGreaterThan(100_000_000);
  await rm(join(place, 'bare'), { recursive: true });
  return bare;
}

const bareScript = `
mkdir "$WORK"
mmdebstrap --quiet --mode=root --format=directory --variant=minbase --hook-dir="$MERGE" --dpkgopt=force-unsafe-io \\
  --aptopt='Acquire::Languages "none"' --aptopt='APT::Sandbox::User "root"' --include="$INCLUDE" \\
  --customize-hook='cp "$AGENT" "$1/tmp/agent.deb"' \\
  --customize-hook='chroot "$1" apt-get install --yes --quiet /tmp/agent.deb' \\
  "$SUITE" "$WORK/tree" "deb $MIRROR $SUITE main" "deb $MIRROR $SUITE-updates main"
truncate --size="$SIZE" "$WORK/image.raw"
mke2fs -q -t ext4 -i 4096 -J size=64 -d "$WORK/tree" "$WORK/image.raw"
qemu-img convert -c -f raw -O qcow2 -o compression_type=zstd "$WORK/image.raw" "$WORK/image.qcow2"
`;
