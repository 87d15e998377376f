import type { System } from '../../core/system/system.ts';
import type { Backing } from './backing/backing.ts';
import { openOwnBacking } from './backing/own-backing.ts';
import type { HostEvent } from './hosts/advance.ts';
import { type HostStore, noteHost, openHostStore } from './hosts/host-store.ts';
import { clearRun, type CommandWorker, runCommand } from './queue/command-worker.ts';
import { openQueue, type QueueOptions } from './queue/queue.ts';
import type { Run } from './queue/run.ts';
import { openRunStore, type RunStore } from './queue/run-store.ts';
import type { BootFolder } from './trigger/boot-files.ts';
import { openNames } from './trigger/host-name.ts';
import type { Trigger } from './trigger/trigger.ts';

export interface ServiceOptions extends Pick<CommandWorker, 'command' | 'timeLimitSeconds' | 'environment'> {
  /** Holds the queue and the logs; made where it is missing. */
  readonly stateFolder: string;
  /** Of a database of PostgreSQL that several servers share; without it a file of the state folder has the queue. */
  readonly queueUrl?: string | undefined;
  readonly queue: Omit<QueueOptions, 'isShared'>;
  readonly isDryRun: boolean;
  readonly bootFolder: BootFolder;
  /** Further variables for the command of a run; they may be secret. */
  variablesOf?(hosts: HostStore, run: Run): Promise<Readonly<Record<string, string>>>;
}

/** What serves triggers, whichever way they come in. */
export interface Service {
  readonly trigger: Trigger;
  readonly hosts: HostStore;
  readonly runs: RunStore;
  readonly logFolder: string;
  /** Takes up what an earlier server left, and starts what waits: once this one has its port. */
  start(): Promise<void>;
  /** Lets what is under way end within `graceSeconds`, cuts off the rest, and closes the queue. */
  close(graceSeconds: number): Promise<void>;
}

/**
 * Opens queue and memory.
 * @throws AgentError `serve.state-unusable`, `serve.state-version`, `serve.queue-unreachable`, `serve.queue-refused`, `serve.queue-unusable`
 */
export async function openService(system: System, options: ServiceOptions): Promise<Service> {
  const { files, clock, journal } = system;
  const { stateFolder, queueUrl, bootFolder, isDryRun, variablesOf = async () => ({}) } = options;
  const logFolder = `${stateFolder}/logs`;
  await files.makeDirectory(stateFolder, 0o700);
  await files.makeDirectory(logFolder, 0o700);
  const backing = await openBacking(system, stateFolder, queueUrl);
  const { memory, dispatch, presence, isShared, mark, keep } = backing;
  const hosts = openHostStore(memory, clock);
  // A machine and its run never tell different things: they change together.
  const runs = openRunStore(memory, dispatch, clock, async (sql, run) => {
    await noteHost(sql, clock, { address: run.address }, eventOf(run));
  });
  const commands: CommandWorker = {
    ...options,
    files,
    clock,
    logFolder,
    mark,
    nameOf: openNames(),
    variablesOf: (run) => variablesOf(hosts, run),
  };
  const worker = {
    ...presence,
    work: (run: Run, signal: AbortSignal) => runCommand(commands, run, signal),
    clear: (run: Run) => clearRun(commands, run),
  };
  const queue = openQueue(runs, worker, { ...options.queue, isShared }, journal);
  backing.watch(() => queue.interrupt());
  return {
    trigger: { files, journal, queue, isDryRun, bootFolder, keep },
    hosts,
    runs,
    logFolder,
    start: () => queue.start(),
    close: async (graceSeconds) => {
      await queue.stop(graceSeconds);
      await backing.close();
    },
  };
}

/** Only a queue that is shared waits for the client of its database to be loaded. */
async function openBacking(system: System, stateFolder: string, queueUrl: string | undefined): Promise<Backing> {
  if (queueUrl === undefined) return openOwnBacking(system, stateFolder);
  const { openSharedBacking } = await import('./backing/shared-backing.ts');
  return openSharedBacking(system, queueUrl);
}

function eventOf(run: Run): HostEvent {
  const { action, state, attempt, reason } = run;
  if (state === 'queued' || state === 'running') return { kind: state, action, attempt };
  return { kind: 'ended', action, state, reason };
}
