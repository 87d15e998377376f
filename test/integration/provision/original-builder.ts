import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { unpackPackages } from '../unpack-packages.ts';

/** diskimage-builder of this machine's own Debian, unpacked and not installed. */
export interface OriginalBuilder {
  /** Where its elements lie. */
  readonly elements: string;
  /** Runs disk-image-create as root in name spaces of its own, so that nothing that it mounts is left. */
  run(args: readonly string[], how: OriginalRun): Promise<{ readonly status: number; readonly said: string }>;
}

export interface OriginalRun {
  readonly workingFolder: string;
  readonly temporary: string;
  readonly environment: Readonly<Record<string, string>>;
}

export const withoutOriginal = 'apt of this machine cannot fetch python3-diskimage-builder';

const packages = ['python3-diskimage-builder', 'python3-networkx', 'python3-pbr', 'python3-stevedore'] as const;

/** @returns undefined where apt cannot fetch it */
export async function originalBuilder(): Promise<OriginalBuilder | undefined> {
  const folder = await unpackPackages('gandi-diskimage-builder', download);
  if (folder === undefined) return undefined;
  const modules = join(folder, 'usr/lib/python3/dist-packages');
  return {
    elements: join(modules, 'diskimage_builder/elements'),
    run: (args, how) => run(join(folder, 'usr/bin/disk-image-create'), modules, args, how),
  };
}

async function download(folder: string): Promise<boolean> {
  return !(await execa('apt-get', ['download', '--quiet', ...packages], { cwd: folder, reject: false })).failed;
}

async function run(
  program: string,
  modules: string,
  args: readonly string[],
  { workingFolder, temporary, environment }: OriginalRun,
): Promise<{ readonly status: number; readonly said: string }> {
  const tools = await mkdtemp(join(temporary, 'tools-'));
  try {
    await mkdir(tools, { recursive: true });
    for (const [name, text] of Object.entries(standIns)) {
      await writeFile(join(tools, name), text);
      await chmod(join(tools, name), 0o755);
    }
    const alone = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const { exitCode, all } = await execa('unshare', [...alone, '/usr/bin/python3', program, ...args], {
      cwd: workingFolder,
      extendEnv: false,
      env: {
        PATH: `${tools}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
        PYTHONPATH: modules,
        HOME: '/root',
        USER: 'root',
        TMP_DIR: temporary,
        DIB_NO_TMPFS: '1',
        DIB_NO_TIMESTAMP: '1',
        ...environment,
      },
      all: true,
      reject: false,
      stdin: 'ignore',
      maxBuffer: 50_000_000,
    });
    return { status: exitCode ?? -1, said: all ?? '' };
  } finally {
    await rm(tools, { recursive: true, force: true });
  }
}

/** It calls sudo also as root, which not every machine has, and sync(1), which waits for all other writers. */
const standIns = {
  sudo: `#!/bin/bash
while [[ \${1:-} == -* ]]; do shift; done
exec env "$@"
`,
  sync: '#!/bin/sh\n',
};
