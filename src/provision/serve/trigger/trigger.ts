import { describeError } from '../../../core/error/agent-error.ts';
import type { Files } from '../../../core/system/files.ts';
import type { Journal } from '../../../core/system/journal.ts';
import type { Queue } from '../queue/queue.ts';
import type { Run } from '../queue/run.ts';
import { type BootFolder, changeBootFile } from './boot-files.ts';
import type { Wish } from './decide-trigger.ts';

export interface Trigger {
  readonly files: Files;
  readonly journal: Journal;
  readonly queue: Queue;
  /** Runs nothing, and answers as if it had; files are put in place all the same, as cdist does. */
  readonly isDryRun: boolean;
  readonly bootFolder: BootFolder;
  /** Waits until what is in the queue survives a power cut. */
  keep(): Promise<void>;
}

export interface TriggerAnswer {
  readonly status: number;
  readonly reason: string;
  /** The run that was asked for, where there is one. */
  readonly run?: Run;
}

/** cdist's own number: the run failed, and the reason phrase says why. */
const runFailed = 599;

const ok: TriggerAnswer = { status: 200, reason: 'OK' };

/**
 * Does what a machine asks for, and answers once it is done.
 * @param address of the machine, in its canonical spelling
 * @param waits false answers a run as soon as it is in the queue
 */
export async function pullTrigger(
  trigger: Trigger,
  wish: Wish,
  address: string,
  waits: boolean,
): Promise<TriggerAnswer> {
  if (wish.kind === 'unknown') return { status: 404, reason: 'Not Found' };
  try {
    return wish.kind === 'file'
      ? await putFile(trigger, wish.action, address)
      : await run(trigger, wish.action, address, waits);
  } catch (error) {
    trigger.journal.error(`cannot do what ${address} asks for: ${describeError(error)}`, { host: address, ...wish });
    return { status: 500, reason: 'Internal Server Error' };
  }
}

async function putFile(
  { files, journal, bootFolder }: Trigger,
  action: 'present' | 'absent',
  address: string,
): Promise<TriggerAnswer> {
  const notSetUp = await changeBootFile(files, bootFolder, action, address);
  if (notSetUp === undefined) journal.info(`file ${action} for ${address}`, { host: address });
  else
    journal.warn(
      `cannot do file ${action} for ${address}: no ${notSetUp.missing} is set; name it with --directory and --source`,
      {
        host: address,
      },
    );
  return ok;
}

async function run(
  { journal, queue, isDryRun, keep }: Trigger,
  action: 'config' | 'install',
  address: string,
  waits: boolean,
): Promise<TriggerAnswer> {
  if (isDryRun) {
    journal.info(`dry run: ${action} for ${address} is not run`, { host: address, action });
    return ok;
  }
  const asked = await queue.ask(address, action);
  journal.info(`${address} asks for ${action}: run ${asked.run.id}`, { host: address, action, run: asked.run.id });
  if (!waits) {
    await keep();
    return { status: 202, reason: 'Accepted', run: asked.run };
  }
  const ended = await asked.ended;
  if (ended === undefined) return { status: 503, reason: 'Service Unavailable', run: asked.run };
  return ended.state === 'done'
    ? { ...ok, run: ended }
    : { status: runFailed, reason: reasonPhrase(ended), run: ended };
}

/** RFC 9112: visible characters, spaces and tabs; the rest would end the line. */
function reasonPhrase({ state, reason }: Run): string {
  const text = `${state}: ${reason ?? ''}`.replace(/[^\x20-\x7e]+/g, '?');
  return text.slice(0, 500);
}
