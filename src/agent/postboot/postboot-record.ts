import { z } from 'zod';
import { AgentError } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';

const postbootRecordPath = '/var/lib/gandi/postboot.json';

const part = z.object({
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  /** null while it runs, and for ever if the machine stopped meanwhile: it is not run again. */
  exitCode: z.number().nullable(),
});

const schema = z.object({
  version: z.literal(1),
  /** Which payload the parts belong to; see observePostboot. */
  payload: z.string(),
  parts: z.partialRecord(z.enum(['script', 'run']), part),
});

/** What of a payload's customer code was started, and what came of it. */
export type PostbootRecord = z.infer<typeof schema>;
export type PostbootPart = z.infer<typeof part>;

/** @throws AgentError `state.unreadable`: a damaged record must not make a customer's code run twice */
export async function readPostbootRecord(system: System): Promise<PostbootRecord | undefined> {
  const text = await system.files.read(postbootRecordPath);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new AgentError("cannot read the record of which customer's code was run", {
      code: 'state.unreadable',
      subject: postbootRecordPath,
      remedy: 'remove the file to have the script and the command of the payload run once more',
      cause: cause instanceof z.ZodError ? z.prettifyError(cause) : cause,
    });
  }
}

export async function writePostbootPart(
  system: System,
  payload: string,
  name: 'script' | 'run',
  outcome: PostbootPart,
): Promise<void> {
  const old = await readPostbootRecord(system);
  const others = old?.payload === payload ? old.parts : {};
  const record: PostbootRecord = { version: 1, payload, parts: { ...others, [name]: outcome } };
  await system.files.makeDirectory('/var/lib/gandi', 0o700);
  await system.files.replace(postbootRecordPath, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
}
