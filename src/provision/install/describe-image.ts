import { createHash } from 'node:crypto';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { Files } from '../../core/system/files.ts';
import { readPieces } from '../../core/system/read-pieces.ts';
import type { InstallJob } from './install-job.ts';

/** By the end of an image's name. */
const packingOf: Readonly<Record<string, InstallJob['image']['packing']>> = {
  raw: 'raw',
  img: 'raw',
  gz: 'gzip',
  xz: 'xz',
  zst: 'zstd',
};

/**
 * What a machine has to know of an image: how it is packed, how large it is, and its sha256, of `NAME.sha256` where
 * `image build --checksum` wrote one, else of the file as it is.
 * @param path of the image on this host @param url of the same image, as the machine reaches it
 * @throws AgentError `install.image`
 */
export async function describeImage(files: Files, path: string, url: string): Promise<InstallJob['image']> {
  const packing = packingOf[path.slice(path.lastIndexOf('.') + 1)];
  const status = await files.targetStatus(path);
  if (packing === undefined) throw unusable(path, 'its name does not end in .raw, .img, .raw.gz, .raw.xz or .raw.zst');
  if (status?.type !== 'file') throw unusable(path, 'there is no such file');
  return { url, packing, bytes: packing === 'raw' ? status.size : null, digest: await digestOf(files, path) };
}

async function digestOf(files: Files, path: string): Promise<string> {
  const [stated] = ((await files.read(`${path}.sha256`)) ?? '').split(/\s/);
  if (stated !== undefined && /^[0-9a-f]{64}$/.test(stated)) return stated;
  const hash = createHash('sha256');
  for await (const piece of readPieces(files, path)) hash.update(piece);
  return hash.digest('hex');
}

function unusable(path: string, problem: string): AgentError {
  return new AgentError(`cannot install this image: ${problem}`, {
    code: 'install.image',
    subject: path,
    remedy: 'make it with `gandi-provision image build --types raw`, and name it in the profile of the machine',
    exitCode: ExitCode.badConfiguration,
  });
}
