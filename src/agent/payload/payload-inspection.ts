import { constants } from 'node:fs';
import { z } from 'zod';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { parseGandiConfig } from '../machine-config/gandi-schema.ts';
import type { MachineConfig } from '../machine-config/machine-config.ts';
import { payloadOffset } from '../../core/payload/payload-offset.ts';
import { type PayloadArchive, readPayloadArchive } from '../../core/payload/payload-archive.ts';
import { byteReader } from '../../core/payload/payload-medium.ts';
import type { Files } from '../../core/system/files.ts';
import type { Pipe } from '../../core/system/processes.ts';

/** What `gandi-agent payload inspect --json` prints. */
export const payloadInspectionSchema = z
  .object({
    version: z.literal(1),
    payload: z
      .looseObject({
        path: z.string(),
        offset: z.number().describe('bytes from the start of the disk'),
        archive: z
          .looseObject({ byteLength: z.number(), digest: z.string().describe('sha256, hex') })
          .describe('members, compression, length and digest'),
        scriptLength: z.number().nullable().describe('bytes of the script; null without one'),
        config: z
          .looseObject({})
          .nullable()
          .describe('without the parts that have mistakes; null if it cannot be read at all'),
        warnings: z.array(z.string()).readonly(),
        mistakes: z.array(z.string()).readonly(),
      })
      .nullable()
      .describe('null where there is none'),
  })
  .describe('what an image or a disk holds');

/** What an image or disk holds, for people and for `--json`. */
export interface PayloadInspection {
  readonly path: string;
  readonly offset: number;
  readonly archive: Pick<PayloadArchive, 'members' | 'compression' | 'byteLength' | 'digest'>;
  readonly scriptLength: number | null;
  /** Without the parts that have mistakes; null if it cannot be read at all. */
  readonly config: MachineConfig | null;
  readonly warnings: readonly string[];
  readonly mistakes: readonly string[];
}

/**
 * Reads the payload of an image or a whole disk; a configuration with mistakes is part of the answer.
 * @returns undefined if there is none
 * @throws AgentError `payload.*` for an archive that cannot be taken
 */
export async function inspectPayload(files: Files, pipe: Pipe, path: string): Promise<PayloadInspection | undefined> {
  await using handle = await openMedium(files, path);
  const archive = await readPayloadArchive(byteReader(handle, path), { pipe });
  return archive === undefined ? undefined : inspect(path, archive);
}

/** Every mistake of a refused configuration; undefined for any other error. */
export function mistakesOf(error: unknown): string[] | undefined {
  if (!(error instanceof AgentError && error.cause instanceof AggregateError)) return undefined;
  return error.cause.errors.map((mistake: Error) => mistake.message);
}

async function openMedium(files: Files, path: string) {
  try {
    // Without O_NONBLOCK a pipe would be waited for.
    return await files.open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw new AgentError('cannot open it', {
      code: 'payload.not-opened',
      subject: path,
      remedy: 'give the path of an image, or of a whole disk as root',
      exitCode: ExitCode.badUsage,
      cause: error,
    });
  }
}

function inspect(path: string, archive: PayloadArchive): PayloadInspection {
  const { members, compression, byteLength, digest } = archive;
  const facts = {
    path,
    offset: payloadOffset,
    archive: { members, compression, byteLength, digest },
    scriptLength: archive.script?.size ?? null,
  };
  try {
    const { config, warnings, mistakes } = parseGandiConfig(archive.config);
    return {
      ...facts,
      config,
      warnings: [...archive.warnings, ...warnings],
      mistakes: mistakes.map(({ path: at, problem }) => `${at}: ${problem}`),
    };
  } catch (error) {
    const mistakes = mistakesOf(error);
    if (mistakes === undefined) throw error;
    return { ...facts, config: null, warnings: archive.warnings, mistakes };
  }
}
