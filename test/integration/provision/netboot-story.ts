import { createHash } from 'node:crypto';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runImport } from '../../../src/provision/cli/run-import.ts';
import type { SettingName } from '../../../src/provision/netboot/settings.ts';
import { type ArchiveServer, serveArchive } from './archive-server.ts';

export interface ImportEnded {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** An archive on the loopback, and a TFTP root into which it is imported. */
export interface NetbootStory {
  readonly folder: string;
  readonly tftpRoot: string;
  readonly server: ArchiveServer;
  /** Puts kernel, initrd and loader of a release into the archive, all of the same version. */
  offer(version: string, release?: string, distribution?: 'ubuntu' | 'debian'): void;
  /** Writes SHA256SUMS of all that the archive has of a release. */
  offerSums(release?: string): void;
  run(settings?: Readonly<Partial<Record<SettingName, string>>>): Promise<ImportEnded>;
  end(): Promise<void>;
}

export const imagesOf = (release: string) => `${release}/main/installer-amd64/current/images`;

export async function netbootStory(): Promise<NetbootStory> {
  const folder = await mkdtemp(join(tmpdir(), 'gandi-netboot-'));
  const tftpRoot = join(folder, 'tftp');
  const server = await serveArchive();
  return {
    folder,
    tftpRoot,
    server,
    offer: (version, release = 'precise', distribution = 'ubuntu') => {
      for (const name of ['linux', 'initrd.gz', 'pxelinux.0'])
        server.files.set(
          `${imagesOf(release)}/netboot/${distribution}-installer/amd64/${name}`,
          contentOf(version, name),
        );
    },
    offerSums: (release = 'precise') => {
      const top = `${imagesOf(release)}/`;
      const files = [...server.files].filter(([path]) => path.startsWith(`${top}netboot/`));
      const lines = files.map(([path, content]) => `${sha256(content)}  ./${path.slice(top.length)}\n`);
      server.files.set(`${top}SHA256SUMS`, lines.join(''));
    },
    run: (settings = {}) => run(server, tftpRoot, settings, folder),
    end: async () => {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

export const contentOf = (version: string, name: string) => `${version} ${name}\n`.repeat(2000);

export function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The version of kernel and initrd, as a node gets them that resolves the place once; both as it finds them. */
export async function versionsRead(tftpRoot: string, release = 'precise'): Promise<readonly [string, string]> {
  const folder = await realpath(join(tftpRoot, 'maas/amd64/base', release, 'install'));
  const read = async (name: string) => (await readFile(join(folder, name), 'utf8')).split(' ')[0] ?? '';
  return [await read('linux'), await read('initrd.gz')];
}

async function run(
  server: ArchiveServer,
  tftpRoot: string,
  settings: Readonly<Partial<Record<SettingName, string>>>,
  folder: string,
): Promise<ImportEnded> {
  const said: { readonly out: string[]; readonly err: string[] } = { out: [], err: [] };
  const terminal = {
    out: (line: string) => void said.out.push(line),
    err: (line: string) => void said.err.push(line),
    json: () => undefined,
    verbatim: () => undefined,
  };
  const all = {
    ARCHIVE: server.url,
    RELEASES: 'precise',
    CURRENT_RELEASE: 'precise',
    ARCHES: 'amd64',
    TFTPROOT: tftpRoot,
    ...settings,
  };
  const given = Object.entries(all).map(([name, value]) => [name as SettingName, { value, from: 'test' }] as const);
  const around = { environment: { PATH: '/usr/bin:/bin' }, workingFolder: folder, systemFolder: folder };
  const exit = await runImport(around, new Map(given), terminal);
  return { exit, stdout: said.out.join('\n'), stderr: said.err.join('\n') };
}
