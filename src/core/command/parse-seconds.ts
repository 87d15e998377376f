import { AgentError, ExitCode } from '../error/agent-error.ts';

// 24 days: what a timer of Node can count.
const maximum = 2_000_000;

/** @throws AgentError `usage.seconds`, with the exit status of bad usage */
export function parseSeconds(option: string, text: string): number {
  const seconds = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (seconds <= maximum) return seconds;
  throw new AgentError('cannot use this number of seconds', {
    code: 'usage.seconds',
    subject: `${option} ${text}`,
    remedy: `give a whole number up to ${maximum}`,
    exitCode: ExitCode.badUsage,
  });
}
