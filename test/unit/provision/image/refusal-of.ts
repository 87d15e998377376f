import { AgentError } from '../../../../src/core/error/agent-error.ts';

/** The error with which something is refused. @throws Error where it is not refused, and any other error as it is */
export function refusalOf(act: () => unknown): AgentError {
  try {
    act();
  } catch (error) {
    if (error instanceof AgentError) return error;
    throw error;
  }
  throw new Error('it is not refused');
}
