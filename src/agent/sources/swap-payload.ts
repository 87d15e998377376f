import { constants } from 'node:fs';
import type { PayloadLocation } from '../../core/payload/payload-location.ts';
import { parseGandiConfig } from '../machine-config/gandi-schema.ts';
import type { ParsedConfig } from '../machine-config/parsed-config.ts';
import { payloadOffset } from '../../core/payload/payload-offset.ts';
import type { System } from '../../core/system/system.ts';
import { type ModulesMember, type PassedMember, readPayloadArchive } from '../../core/payload/payload-archive.ts';
import { payloadReadError } from '../../core/payload/payload-error.ts';
import { byteReader } from '../../core/payload/payload-medium.ts';

export interface SwapPayload extends ParsedConfig {
  /** `gandi/config` as it is on the disk. There may be a password hash in it. */
  readonly configText: string;
  /** The customer's script, run once by postboot. */
  readonly script: PassedMember | undefined;
  readonly modules: readonly ModulesMember[];
  /** Where on the disk it lies: what has to be the same when it is wiped. */
  readonly location: Pick<PayloadLocation, 'offset' | 'length' | 'digest'>;
}

/**
 * Reads the payload that the platform left on a whole swap disk, and changes nothing.
 * @returns undefined if there is none on this boot
 * @throws AgentError `payload.*` or `config.invalid`: there is one, and it cannot be used or not be read; the disk
 * must then not be formatted
 */
export async function readSwapPayload(
  { files, processes }: Pick<System, 'files' | 'processes'>,
  disk: { readonly path: string; readonly sizeBytes: number },
): Promise<SwapPayload | undefined> {
  if (disk.sizeBytes <= payloadOffset) return undefined;
  await using handle = await files
    .open(disk.path, constants.O_RDONLY | constants.O_NONBLOCK)
    .catch((error: unknown) => {
      throw payloadReadError(disk.path, error);
    });
  const archive = await readPayloadArchive(byteReader(handle, disk.path), processes);
  if (archive === undefined) return undefined;
  const parsed = parseGandiConfig(archive.config, `gandi/config on ${disk.path}`);
  return {
    ...parsed,
    configText: archive.config,
    script: archive.script,
    modules: archive.modules,
    warnings: [...archive.warnings, ...parsed.warnings],
    location: { offset: payloadOffset, length: archive.byteLength, digest: archive.digest },
  };
}
