import { constants } from 'node:fs';
import { basename } from 'node:path';
import { pack } from 'tar-stream';
import type { Files } from '../system/files.ts';

export interface PayloadSpec {
  /** JSON of the configuration. */
  readonly config: string;
  readonly script: Uint8Array | undefined;
  /** Path of `<kernel release>-modules.tar.gz`. */
  readonly modules: string | undefined;
}

type Packer = ReturnType<typeof pack>;

/** The archive of a payload, as the platform writes it to a swap disk; docs/payload.md. */
export async function* packPayload(files: Files, payload: PayloadSpec): AsyncGenerator<Uint8Array> {
  const packer = pack();
  const adding = addMembers(files, packer, payload);
  // Told by the loop below, which ends with the packer's error.
  adding.catch((error: unknown) => packer.destroy(error as Error));
  yield* packer as AsyncIterable<Uint8Array>;
  await adding;
}

async function addMembers(files: Files, packer: Packer, { config, script, modules }: PayloadSpec): Promise<void> {
  const mtime = new Date();
  packer.entry({ name: 'gandi/', type: 'directory', mode: 0o700, mtime });
  packer.entry({ name: 'gandi/config', mode: 0o600, mtime }, config);
  if (script !== undefined) packer.entry({ name: 'gandi/script', mode: 0o700, mtime }, Buffer.from(script));
  if (modules !== undefined) await addFile(files, packer, modules, mtime);
  packer.finalize();
}

async function addFile(files: Files, packer: Packer, path: string, mtime: Date): Promise<void> {
  await using handle = await files.open(path, constants.O_RDONLY);
  const { size } = await handle.stat();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const sink = packer.entry({ name: `gandi/${basename(path)}`, mode: 0o600, mtime, size }, (error) => {
    if (error) reject(error);
    else resolve();
  });
  const content = handle.createReadStream({ autoClose: false }).once('error', reject);
  content.pipe(sink as unknown as NodeJS.WritableStream);
  await promise;
}
