import { join } from 'node:path';
import { execa } from 'execa';
import { unpackPackages } from '../../unpack-packages.ts';

/** Where the programs of Debian packages are that are unpacked and not installed. */
export interface UnpackedTools {
  readonly folder: string;
  /** Runs one of them by its path in the package, with the libraries that came along. */
  run(path: string, args: readonly string[], input?: string): Promise<{ exitCode: number; said: string }>;
}

// Installed, the first two would take over the network of the machine that runs the tests.
const packages = ['ifupdown', 'network-manager', 'netplan.io', 'libnm0', 'libnetplan0'] as const;

/** Programs that read network files, of this machine's own Debian; undefined where apt cannot fetch them. */
export async function debianTools(): Promise<UnpackedTools | undefined> {
  const folder = await unpackPackages('gandi-network-tools', download);
  if (folder === undefined) return undefined;
  return {
    folder,
    run: async (path, args, input) => {
      const result = await execa(join(folder, path), args, {
        reject: false,
        env: { LD_LIBRARY_PATH: join(folder, 'usr/lib/x86_64-linux-gnu'), LC_ALL: 'C.UTF-8' },
        ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
      });
      return { exitCode: result.exitCode ?? 128, said: `${result.stdout}\n${result.stderr}`.trim() };
    },
  };
}

async function download(folder: string): Promise<boolean> {
  return !(await execa('apt-get', ['download', '--quiet', ...packages], { cwd: folder, reject: false })).failed;
}
