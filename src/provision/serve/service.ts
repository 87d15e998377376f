import { constants } from 'node:fs';
import type { Files } from '../../core/system/files.ts';
import type { System } from '../../core/system/system.ts';
import { isProcessThere, ownProcessName } from '../../core/system/process-start.ts';
import type { HostEvent } from './hosts/advance.ts';
import { type HostStore, openHostStore } from './hosts/host-store.ts';
import { clearRun, type CommandWorker, runCommand } from './queue/command-worker.ts';
import { logOf, openDatabase } from './queue/database.ts';
import { openQueue, type QueueOptions } from './queue/queue.ts';
import type { Run } from './queue/run.ts';
import { openRunStore, type RunStore } from './queue/run-store.ts';
import { shareSync } from './queue/shared-sync.ts';
import type { BootFolder } from './trigger/boot-files.ts';
import { openNames } from './trigger/host-name.ts';
import type { Trigger } from './trigger/trigger.ts';

export interface ServiceOptions extends Pick<CommandWorker, 'command' | 'timeLimitSeconds' | 'environment'> {
  /** Holds the queue and the logs; made where it is missing. */
  readonly stateFolder: string;
  readonly queue: QueueOptions;
  readonly isDryRun: boolean;
  readonly bootFolder: BootFolder;
  /** Further variables for the command of a run; they may be secret. */
  variablesOf?(hosts: HostStore, run: Run): Readonly<Record<string, string>>;
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
 * @throws AgentError `serve.state-unusable`
 */
export async function openService(system: System, options: ServiceOptions): Promise<Service> {
  const { files, clock, journal } = system;
  const { stateFolder, bootFolder, isDryRun } = options;
  const logFolder = `${stateFolder}/logs`;
  await files.makeDirectory(stateFolder, 0o700);
  await files.makeDirectory(logFolder, 0o700);
  const boot = (await files.read('/proc/sys/kernel/random/boot_id'))?.trim() ?? '';
  const path = `${stateFolder}/serve.db`;
  const database = openDatabase(path);
  const [hosts, runs] = [openHostStore(database, clock), openRunStore(database, clock)];
  const { variablesOf = () => ({}) } = options;
  const commands: CommandWorker = {
    ...options,
    files,
    clock,
    logFolder,
    mark: runs.mark,
    nameOf: openNames(),
    variablesOf: (run) => variablesOf(hosts, run),
  };
  const worker = {
    // Numbers of processes begin again with each boot.
    name: `${ownProcessName()}@${boot}`,
    isThere: (name: string) => {
      const [process = '', itsBoot] = name.split('@');
      return itsBoot === boot && isProcessThere(process);
    },
    work: (run: Run, signal: AbortSignal) => runCommand(commands, run, signal),
    clear: (run: Run) => clearRun(commands, run),
    changed: (run: Run) => void hosts.note({ address: run.address }, eventOf(run)),
  };
  const queue = openQueue(runs, worker, options.queue, journal);
  return {
    trigger: { files, journal, queue, isDryRun, bootFolder, keep: shareSync(() => syncFile(files, logOf(path))) },
    hosts,
    runs,
    logFolder,
    start: () => queue.start(),
    close: async (graceSeconds) => {
      await queue.stop(graceSeconds);
      database.close();
    },
  };
}

function eventOf(run: Run): HostEvent {
  const { action, state, attempt, reason } = run;
  if (state === 'queued' || state === 'running') return { kind: state, action, attempt };
  return { kind: 'ended', action, state, reason };
}

async function syncFile(files: Files, path: string): Promise<void> {
  const file = await files.open(path, constants.O_RDONLY);
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}
