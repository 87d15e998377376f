import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { gandiConfigError, parseGandiConfig } from '../machine-config/gandi-schema.ts';
import { payloadOffset } from '../../core/payload/payload-offset.ts';
import { packPayload, type PayloadSpec } from '../../core/payload/pack-payload.ts';
import { readPayloadArchive } from '../../core/payload/payload-archive.ts';
import { byteReader } from '../../core/payload/payload-medium.ts';
import { isModulesName } from '../../core/payload/payload-members.ts';
import { isMissing } from '../../core/system/is-missing.ts';
import type { Files, FileStatus } from '../../core/system/files.ts';
import type { Pipe } from '../../core/system/processes.ts';
import { adviceOn } from '../machine-config/advice.ts';

export interface ImageSpec {
  readonly path: string;
  readonly sizeBytes: number;
  /** Replace a file that is there already; what is not a file is never replaced. */
  readonly replace: boolean;
}

export interface CreatedImage {
  /** Bytes of the archive. */
  readonly length: number;
  readonly warnings: readonly string[];
}

/** The smallest image that has the place of the payload in it, and the end mark of an archive. */
export const minimalImageBytes = payloadOffset + 10 * 1024;

/**
 * Writes a swap disk as the platform does: a sparse image with an archive at 512 KiB. It is read back before it
 * counts as made, so what the agent would refuse is told here.
 * @throws AgentError `config.invalid`, `payload-image.*` and what the reader of payloads throws
 */
export async function createPayloadImage(
  files: Files,
  pipe: Pipe,
  payload: PayloadSpec,
  image: ImageSpec,
): Promise<CreatedImage> {
  const { config, warnings: doubts, mistakes } = parseGandiConfig(payload.config);
  const warnings = [...doubts, ...adviceOn(config)];
  if (mistakes.length > 0) throw gandiConfigError(mistakes, 'gandi/config');
  await checkModules(files, payload.modules);
  await makeRoom(files, image);
  const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  await using handle = await files.open(image.path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW).catch((error: unknown) => {
    throw isMissing(error) ? noFolder(image.path) : error;
  });
  try {
    await handle.chmod(0o600);
    await handle.truncate(image.sizeBytes);
    await writeArchive(files, handle, payload, image);
    const archive = await readPayloadArchive(byteReader(handle, image.path), { pipe });
    await handle.sync();
    return { length: archive?.byteLength ?? 0, warnings };
  } catch (error) {
    await files.remove(image.path);
    throw error;
  }
}

async function checkModules(files: Files, modules: string | undefined): Promise<void> {
  if (modules === undefined) return;
  const mistake = { subject: modules, exitCode: ExitCode.badUsage };
  if (!isModulesName(basename(modules))) {
    throw new AgentError('cannot take it for kernel modules', {
      ...mistake,
      code: 'payload-image.modules-name',
      remedy: 'name it <kernel release>-modules.tar.gz, or .bz2, .xz or .zst',
    });
  }
  if ((await files.status(modules)) !== undefined) return;
  throw new AgentError('cannot read it: there is no such file', {
    ...mistake,
    code: 'payload-image.modules-missing',
    remedy: 'give the path of a file that is there',
  });
}

async function makeRoom(files: Files, { path, replace }: ImageSpec): Promise<void> {
  const status = await files.status(path);
  if (status === undefined) return;
  const isFile = status.type === 'file';
  if (isFile && replace) return await files.remove(path);
  throw new AgentError(`cannot make the image: ${thing(status.type)} is there already`, {
    code: isFile ? 'payload-image.exists' : 'payload-image.not-a-file',
    subject: path,
    remedy: isFile ? 'use --force to replace it, or another name' : 'use another name; only files are replaced',
    exitCode: ExitCode.refusedToProtectData,
  });
}

function thing(type: FileStatus['type']): string {
  return type === 'other' ? 'something that is not a file' : `a ${type}`;
}

async function writeArchive(files: Files, handle: FileHandle, payload: PayloadSpec, image: ImageSpec): Promise<void> {
  let position = payloadOffset;
  for await (const chunk of packPayload(files, payload)) {
    if (position + chunk.length > image.sizeBytes) throw tooSmall(image);
    await handle.write(chunk, 0, chunk.length, position);
    position += chunk.length;
  }
}

function tooSmall({ path, sizeBytes }: ImageSpec): AgentError {
  return new AgentError(`cannot make the image: the payload is larger than its ${sizeBytes} bytes`, {
    code: 'payload-image.too-small',
    subject: path,
    remedy: 'give a larger --size',
    exitCode: ExitCode.badUsage,
  });
}

function noFolder(path: string): AgentError {
  return new AgentError('cannot make the image: there is no such folder', {
    code: 'payload-image.no-folder',
    subject: path,
    remedy: 'give the path of a file in a folder that is there',
    exitCode: ExitCode.badUsage,
  });
}
