import { AgentError, ExitCode } from '../../../core/error/agent-error.ts';

/** SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html: classes 28 and 3D, and no privilege. */
const refused = /^(?:28|3D|42501)/;

/** Why a database cannot be used; the URL has no password, so it may be shown. */
export function connectionError(url: string, cause: unknown): AgentError {
  const state = codeOf(cause);
  const isRefused = state !== undefined && refused.test(state);
  return new AgentError(isRefused ? 'the database refuses this server' : 'cannot reach the database', {
    code: isRefused ? 'serve.queue-refused' : 'serve.queue-unreachable',
    subject: url,
    remedy: isRefused
      ? 'make the user and the database, let the user create schemas in it, and put the password into ~/.pgpass'
      : 'start PostgreSQL, or correct the address after --queue',
    exitCode: ExitCode.stepFailed,
    cause,
  });
}

function codeOf(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}
