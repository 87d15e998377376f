import { z } from 'zod';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';

/** How an image is packed for its way; `raw` is not. */
export const packings = ['raw', 'gzip', 'xz', 'zstd'] as const;

const jobSchema = z.strictObject({
  version: z.literal(1),
  image: z.strictObject({
    url: z.url({ protocol: /^https?$/ }),
    /** sha256, in hex, of the file as it is served. */
    digest: z.string().regex(/^[0-9a-f]{64}$/),
    packing: z.enum(packings),
    /** Of the disk; null where only who unpacks the image learns it. */
    bytes: z.number().int().positive().nullable(),
  }),
  /** Path, name below /dev/disk or serial number; null where the machine has one disk. */
  disk: z.string().min(1).nullable(),
  /** What is on the disk may go. */
  replace: z.boolean(),
});

/** What a machine is told to install, by the server that it asked. */
export type InstallJob = z.infer<typeof jobSchema>;

const longestLine = 64 * 1024;

/** The job as it goes to the machine: a line of JSON, and the payload's archive behind it. */
export async function* sendJob(job: InstallJob, payload: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${JSON.stringify(job)}\n`);
  yield* payload;
}

/**
 * Reads what `sendJob` sends.
 * @throws AgentError `install.job`
 */
export async function readJob(
  input: AsyncIterable<Uint8Array>,
): Promise<{ readonly job: InstallJob; readonly payload: Uint8Array }> {
  const pieces: Uint8Array[] = [];
  for await (const piece of input) pieces.push(piece);
  const whole = Buffer.concat(pieces);
  const end = whole.subarray(0, longestLine).indexOf('\n');
  try {
    const job = jobSchema.parse(JSON.parse(whole.toString('utf8', 0, Math.max(0, end))));
    return { job, payload: whole.subarray(end + 1) };
  } catch (cause) {
    throw new AgentError('cannot read what is to be installed', {
      code: 'install.job',
      subject: 'standard input',
      remedy: '`gandi-provision install` on the server writes it; both have to be of the same version',
      exitCode: ExitCode.badUsage,
      cause: cause instanceof z.ZodError ? z.prettifyError(cause) : cause,
    });
  }
}
