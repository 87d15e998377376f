import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';

const releases = Array.from({ length: 100 }, (_, index) => `release${index}`);
/** Of a kernel and an initrd together; with these sizes the original sends 490 MB for 100 releases. */
const sizes = { linux: 1_400_000, 'initrd.gz': 3_500_000 } as const;
/** As people run it: what `make build` made. */
const executable = resolve('dist/gandi-provision');

export interface ImportFigures {
  readonly seconds: number;
  readonly receivedBytes: number;
  readonly writtenFiles: number;
}

/**
 * Imports 100 releases of which none has changed, by `netboot import`, and beside it in the same run does what
 * maas-import-pxe-files of 2012 does then: it fetches each file with curl, compares it with one that is not there, and moves
 * it into place.
 */
export async function measureUnchanged(): Promise<{ readonly ours: ImportFigures; readonly original: ImportFigures }> {
  const folder = await mkdtemp(join(tmpdir(), 'gandi-bench-'));
  const archive = await serveArchive();
  try {
    const root = join(folder, 'tftp');
    await ourImport(root, archive.url);
    const ours = await measured(root, archive, () => ourImport(root, archive.url));
    const plain = join(folder, 'plain');
    await plainImport(folder, plain, archive.url);
    const original = await measured(plain, archive, () => plainImport(folder, plain, archive.url));
    return { ours, original };
  } finally {
    archive.server.close();
    await rm(folder, { recursive: true });
  }
}

interface Archive {
  readonly server: Server;
  readonly url: string;
  sent: number;
}

async function serveArchive(): Promise<Archive> {
  const content = new Map(Object.entries(sizes).map(([name, size]) => [name, Buffer.alloc(size, name)]));
  content.set('pxelinux.0', Buffer.alloc(26_000, 'loader'));
  const tags = new Map(
    [...content].map(([name, body]) => [name, `"${createHash('sha256').update(body).digest('hex')}"`]),
  );
  const server = createServer((request, response) => {
    const name = request.url?.split('/').at(-1) ?? '';
    const body = content.get(name);
    const tag = tags.get(name) ?? '';
    if (body === undefined) return void response.writeHead(404).end();
    if (request.headers['if-none-match'] === tag) return void response.writeHead(304, { etag: tag }).end();
    archive.sent += body.length;
    response.writeHead(200, { etag: tag, 'content-length': body.length }).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const archive: Archive = { server, url: `http://127.0.0.1:${port}/dists`, sent: 0 };
  return archive;
}

async function measured(root: string, archive: Archive, run: () => Promise<void>): Promise<ImportFigures> {
  const mark = join(dirname(root), 'mark');
  await writeFile(mark, '');
  archive.sent = 0;
  const start = performance.now();
  await run();
  const seconds = (performance.now() - start) / 1000;
  const { stdout } = await execa('find', [root, '-type', 'f', '-newer', mark, '-printf', '.']);
  return { seconds, receivedBytes: archive.sent, writtenFiles: stdout.length };
}

async function ourImport(root: string, url: string): Promise<void> {
  const words = [
    '--archive',
    url,
    '--releases',
    releases.join(' '),
    '--current-release',
    'release0',
    '--arches',
    'amd64',
  ];
  await mkdir(root, { recursive: true });
  await execa(executable, ['netboot', 'import', ...words, '--tftp-root', root]);
}

async function plainImport(folder: string, root: string, url: string): Promise<void> {
  const script = join(folder, 'plain.sh');
  await writeFile(
    script,
    `set -e
cd "$(mktemp -d)"
for release in ${releases.join(' ')}; do
  mkdir "$release"; cd "$release"
  for name in initrd.gz linux; do curl -s -O "$1/$release/main/installer-amd64/current/images/netboot/ubuntu-installer/amd64/$name"; done
  cd ..
  to="$2/maas/amd64/base/$release"; mkdir -p "$to"
  cmp --quiet "$release/linux" "$to/linux" 2>/dev/null || { rm -rf "$to/install.old"; mv "$release" "$to/install.new"
    [ ! -e "$to/install" ] || mv "$to/install" "$to/install.old"; mv "$to/install.new" "$to/install"; rm -rf "$to/install.old"; }
done
rm -rf "$PWD"
`,
  );
  await execa('bash', [script, url, root]);
}

function line(name: string, { seconds, receivedBytes, writtenFiles }: ImportFigures): string {
  return `${name.padEnd(10)} ${seconds.toFixed(1)} s  ${(receivedBytes / 1e6).toFixed(1)} MB received  ${writtenFiles} files written`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { ours, original } = await measureUnchanged();
  console.info(line('ours', ours));
  console.info(line('original', original));
  const isGood = ours.writtenFiles === 0 && ours.receivedBytes < 1e6 && ours.seconds <= original.seconds / 8;
  if (!isGood) console.error('100 unchanged releases take more than 0 files, 1 MB or an eighth of the time');
  process.exitCode = isGood ? 0 : 1;
}
