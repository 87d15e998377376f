import { AgentError } from '../error/agent-error.ts';

type Fail = (error: AgentError) => void;

/** Works without an answer yet, the innermost last: a stage inside of a command. */
const unanswered: { readonly subject: string; readonly fail: Fail }[] = [];

/**
 * Waits for work, or fails once the process has nothing left that could bring its answer: Node's `beforeExit`. Of works
 * inside of each other the innermost fails, so that those around it can still tell.
 * @param subject the stage or the command
 * @throws AgentError `process.without-end`, and what the work throws
 */
export async function answerBeforeExit<Result>(subject: string, work: () => Promise<Result>): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const entry = { subject, fail: reject };
  if (unanswered.length === 0) process.on('beforeExit', failInnermost);
  unanswered.push(entry);
  try {
    return await Promise.race([work(), promise]);
  } finally {
    unanswered.splice(unanswered.indexOf(entry), 1);
    if (unanswered.length === 0) process.off('beforeExit', failInnermost);
  }
}

function failInnermost(): void {
  const innermost = unanswered.at(-1);
  innermost?.fail(
    new AgentError('its work stopped before its end: nothing is left that it could wait for', {
      code: 'process.without-end',
      subject: innermost.subject,
      remedy: 'this is a mistake of the agent: report it with the output of `gandi-agent collect`',
    }),
  );
}
