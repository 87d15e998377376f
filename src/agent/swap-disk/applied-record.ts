import { z } from 'zod';
import type { PayloadLocation } from '../../core/payload/payload-location.ts';
import { AgentError } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';

export const appliedRecordPath = '/var/lib/gandi/applied.json';

const schema = z.object({
  version: z.literal(1),
  payload: z.object({
    disk: z.string(),
    diskSequence: z.number().int().nullable(),
    serial: z.string().nullable(),
    offset: z.number().int().nonnegative(),
    length: z.number().int().nonnegative(),
    digest: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  consumed: z.boolean(),
  code: z.string().optional(),
  appliedAt: z.string(),
});

/** The newest payload that was applied on this machine, and whether its area on the swap disk is wiped. */
export interface AppliedRecord {
  readonly version: 1;
  readonly payload: PayloadLocation;
  readonly consumed: boolean;
  /** By what postboot knows the customer's code, where it is that of an earlier configuration; else it is the payload's digest. */
  readonly code?: string | undefined;
  readonly appliedAt: string;
}

/**
 * @returns undefined if no payload was ever applied here
 * @throws AgentError `state.unreadable`: a damaged record proves nothing, so nothing may be applied or wiped on its word
 */
export async function readAppliedRecord(system: System): Promise<AppliedRecord | undefined> {
  const text = await system.files.read(appliedRecordPath);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new AgentError('cannot read the record of what was applied', {
      code: 'state.unreadable',
      subject: appliedRecordPath,
      remedy: 'remove the file to have the next payload applied as if it were the first',
      cause: cause instanceof z.ZodError ? z.prettifyError(cause) : cause,
    });
  }
}

export async function writeAppliedRecord(system: System, record: AppliedRecord): Promise<void> {
  await system.files.makeDirectory('/var/lib/gandi', 0o700);
  await system.files.replace(appliedRecordPath, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
}
