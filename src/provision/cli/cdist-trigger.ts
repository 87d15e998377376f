import { once } from 'node:events';
import { homedir } from 'node:os';
import type { Server } from 'node:net';
import type { Terminal } from '../../core/command/command.ts';
import { AgentError, describeError, ExitCode } from '../../core/error/agent-error.ts';
import { openJournal } from '../../core/system/journal.ts';
import { openSystem } from '../../core/system/system.ts';
import { openService } from '../serve/service.ts';
import { type CdistTrigger, readCdistTrigger } from '../serve/trigger/cdist-options.ts';
import { clientAddress } from '../serve/trigger/client-address.ts';
import { decideTrigger } from '../serve/trigger/decide-trigger.ts';
import { createPlainServer } from '../serve/trigger/plain-server.ts';
import { pullTrigger } from '../serve/trigger/trigger.ts';
import { untilStopped } from '../serve/until-stopped.ts';
import { defaultJobs, defaultTimeLimit, stateFolderOf } from './defaults.ts';
import { ownEnvironment } from './own-environment.ts';
import { readCommand } from './read-options.ts';

/** Seconds that what is under way gets when the server is to stop. */
const graceSeconds = 30;

/** `cdist trigger`, with its command line, answers and exit statuses; it serves until it is told to stop. */
export async function cdistTrigger(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const isBetaEnabled = (process.env.CDIST_BETA ?? '') !== '';
  const options = readCdistTrigger(args, isBetaEnabled);
  if ('says' in options) {
    for (const line of options.says) (options.status === 0 ? terminal.out : terminal.err)(line);
    return options.status;
  }
  if (options.port === undefined) return ExitCode.done;
  try {
    return await serve(options, options.port, terminal.isOrdinaryUser === true);
  } catch (error) {
    terminal.err(`cdist trigger: ${describeError(error)}`);
    return ExitCode.stepFailed;
  }
}

async function serve(options: CdistTrigger, port: number, isOrdinaryUser: boolean): Promise<ExitCode> {
  const stopped = untilStopped();
  const { verbosity, isIpv6, isDryRun, directory, source, passedOn } = options;
  const journal = openJournal(verbosity < 0 ? 'error' : verbosity > 1 ? 'debug' : 'info');
  const system = openSystem('/', journal);
  const stateFolder = options.state ?? stateFolderOf(isOrdinaryUser, homedir(), process.env, `trigger-${port}`);
  const service = await openService(system, {
    stateFolder,
    command:
      options.command === undefined ? ['cdist', '{action}', ...passedOn, '{host}'] : readCommand(options.command),
    timeLimitSeconds: defaultTimeLimit,
    environment: ownEnvironment(),
    queue: { limit: defaultJobs, retries: 0, retryDelaySeconds: 1 },
    isDryRun,
    bootFolder: { directory, source },
  });
  const server = createPlainServer(
    {
      answer: async ({ method, path }, remote) => {
        const address = clientAddress(remote);
        const answer = await pullTrigger(service.trigger, decideTrigger(path), address, true);
        journal.info(`${address} ${method} ${path}: ${answer.status}`, { host: address, status: answer.status });
        return answer;
      },
    },
    system.clock,
  );
  try {
    await listen(server, port, isIpv6 ? '::' : '0.0.0.0');
    await service.start();
    journal.warn(`serving triggers on port ${port} of all addresses, to everybody who reaches it`, { port, isDryRun });
    await stopped;
    server.close();
  } finally {
    await service.close(graceSeconds);
  }
  return ExitCode.done;
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen({ port, host });
  await once(server, 'listening').catch((cause: unknown) => {
    throw new AgentError('cannot serve on this port', {
      code: 'serve.cannot-listen',
      subject: `port ${port}`,
      remedy: 'end the program that has it, or name another port with -H',
      cause,
    });
  });
}
