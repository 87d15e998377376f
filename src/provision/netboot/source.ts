import { AgentError } from '../../core/error/agent-error.ts';

/** What a source said of a file when it was last fetched, by which it can say that nothing changed since. */
export interface Validators {
  /** `ETag` of HTTP. */
  readonly entityTag?: string | undefined;
  /** `Last-Modified` of HTTP; of a file its time in milliseconds. */
  readonly modified?: string | undefined;
}

/** A file on its way. */
export interface Arriving {
  readonly validators: Validators;
  /** Ends in an error where the whole does not come. */
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** @throws AgentError `download.missing` where the source does not have it, `download.failed` for all else */
export type Fetch = (url: string, known: Validators, signal: AbortSignal) => Promise<Arriving | 'unchanged'>;

export function missing(url: string, cause?: unknown): AgentError {
  return new AgentError('the archive does not have it', {
    code: 'download.missing',
    subject: url,
    remedy: 'see whether ARCHIVE, RELEASES and ARCHES name what the archive has',
    ...(cause === undefined ? {} : { cause }),
  });
}

export function failed(url: string, cause: unknown, code = 'download.failed'): AgentError {
  return new AgentError('cannot download it', {
    code,
    subject: url,
    remedy: 'what was there before stays as it was; import again once the archive answers',
    cause,
  });
}

/** Something came, and it is not the file. */
export function unusable(url: string, problem: string): AgentError {
  return new AgentError(`cannot use what was sent: ${problem}`, {
    code: 'download.unusable',
    subject: url,
    remedy: 'what was there before stays as it was; ask those who run the archive or the proxy in between',
  });
}
