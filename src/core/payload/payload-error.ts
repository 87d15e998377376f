import { AgentError, ExitCode } from '../error/agent-error.ts';

/** Every way in which a payload that is there cannot be taken; each has a row in docs/payload.md. */
export type PayloadErrorCode =
  | 'payload.truncated'
  | 'payload.checksum'
  | 'payload.damaged'
  | 'payload.unsafe-path'
  | 'payload.link'
  | 'payload.device'
  | 'payload.unsupported-type'
  | 'payload.setuid'
  | 'payload.duplicate'
  | 'payload.too-large'
  | 'payload.too-many-members'
  | 'payload.decompression-bomb'
  | 'payload.too-much-memory'
  | 'payload.config-missing'
  | 'payload.config-encoding';

/** A payload is there and is refused as a whole: nothing of it is applied, and where it lies is never formatted. */
export function payloadError(code: PayloadErrorCode, subject: string, message: string, cause?: unknown): AgentError {
  return new AgentError(message, {
    code,
    subject,
    remedy: 'it is kept as it is; stop and start the VM on the platform, which writes a new payload',
    exitCode: ExitCode.badConfiguration,
    cause,
  });
}

/** The medium failed, which says nothing about the payload: the stage fails and the next boot tries again. */
export function payloadReadError(subject: string, cause: unknown): AgentError {
  return new AgentError('cannot read the payload', {
    code: 'payload.read-failed',
    subject,
    remedy: 'look for errors of this disk with `dmesg`; nothing on it was changed',
    cause,
  });
}
