import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { postJson } from '../../core/system/http-post.ts';
import type { System } from '../../core/system/system.ts';
import { readStages } from '../stage/status.ts';
import { outcomeDuePath, parseOutcomeDue } from './outcome-due.ts';
import { outcomeOf } from './outcome-of.ts';

const attemptSeconds = 30;
const longestWaitSeconds = 60;

/** Answers by which a server says that it will never take this outcome: no such machine, or a key that a later installation replaced. */
const finalAnswers = [400, 401, 403, 404, 405, 410];

/**
 * Reports the outcome of the first boot to the server that installed the machine, and asks again after 1 s, 2 s, 4 s and so on, at most a minute,
 * until it is answered. Nothing where nobody wants to know, and nothing twice.
 * @throws AgentError `outcome.refused`, `outcome.unreadable`
 */
export async function postOutcome(system: System): Promise<void> {
  const text = await system.files.read(outcomeDuePath);
  if (text === undefined) return;
  const place = parseOutcomeDue(text);
  if (place === undefined) throw unreadable();
  const outcome = outcomeOf(await readStages(system));
  for (let wait = 1; ; wait = Math.min(wait * 2, longestWaitSeconds)) {
    const answer = await postJson(place.url, place.key, outcome, attemptSeconds);
    if ('status' in answer && answer.status >= 200 && answer.status < 300) break;
    const problem = 'status' in answer ? `status ${answer.status}` : answer.problem;
    if ('status' in answer && finalAnswers.includes(answer.status)) {
      // Nobody will ever take it: the next boot need not ask.
      await system.files.remove(outcomeDuePath);
      throw refused(place.url, problem);
    }
    system.journal.warn(`the outcome of the first boot is not posted yet: ${problem}; next try in ${wait} s`);
    await system.clock.sleep(wait);
  }
  await system.files.remove(outcomeDuePath);
  system.journal.info(`posted the outcome of the first boot: ${outcome.state}`);
}

function refused(url: string, problem: string): AgentError {
  return new AgentError(`the outcome of the first boot is not wanted: ${problem}`, {
    code: 'outcome.refused',
    subject: url,
    remedy:
      'nothing is left to do here; on the server, `gandi-provision host show` tells what it knows of this machine',
  });
}

function unreadable(): AgentError {
  return new AgentError('cannot read where the outcome of the first boot goes', {
    code: 'outcome.unreadable',
    subject: outcomeDuePath,
    remedy: 'run `gandi-agent bootstrap --again` to have it written again',
    exitCode: ExitCode.badConfiguration,
  });
}
