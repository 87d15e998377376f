import { AgentError, ExitCode } from '../../../core/error/agent-error.ts';

/** SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html: classes 28 and 3D, and no privilege. */
const refused = /^(?:28...|3D...|42501)$/;

/** Names of errno(3), and those that getaddrinfo(3) has in Node. */
const network = /^E[A-Z_]+$/;

const kinds = {
  unreachable: {
    message: 'cannot reach the database',
    remedy: 'start PostgreSQL, or correct the address after --queue',
  },
  refused: {
    message: 'the database refuses this server',
    remedy: 'make the user and the database, and let the user create schemas in it',
  },
  unusable: {
    message: 'cannot use the database',
    remedy: 'see that PostgreSQL answers there, and that the password is in ~/.pgpass, mode 0600',
  },
} as const;

/**
 * Why a database cannot be used. The client has errors of its own without a code: no password where one is asked for, no
 * answer in time.
 * @param url without a password: it is shown
 */
export function connectionError(url: string, cause: unknown): AgentError {
  const code = codeOf(cause);
  const kind = network.test(code) ? 'unreachable' : refused.test(code) ? 'refused' : 'unusable';
  const { message, remedy } = kinds[kind];
  return new AgentError(message, {
    code: `serve.queue-${kind}`,
    subject: url,
    remedy,
    exitCode: ExitCode.stepFailed,
    cause,
  });
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}
