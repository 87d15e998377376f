import { dirname } from 'node:path';
import { watch } from 'chokidar';
import { AgentError } from '../../core/error/agent-error.ts';
import { enabledStages, unfinished } from './boot-stages.ts';
import { readStages, statusFolder } from '../stage/status.ts';
import type { System } from '../../core/system/system.ts';

/**
 * Waits until every stage whose unit is enabled has ended in this boot.
 * @throws AgentError `status.not-finished` naming those that have not
 */
export async function waitForStages(system: System, seconds: number): Promise<void> {
  const expected = await enabledStages(system);
  const waiting = await waitUntilNone(system, async () => unfinished(expected, await readStages(system)), seconds);
  if (waiting.length === 0) return;
  throw new AgentError(`boot work did not end within ${seconds} s`, {
    code: 'status.not-finished',
    subject: waiting.join(', '),
    remedy: `see \`systemctl status ${waiting.map((name) => `gandi-${name}`).join(' ')}\`, or the system's log`,
  });
}

/** @returns what is still under way when the time is over */
async function waitUntilNone(system: System, look: () => Promise<string[]>, seconds: number): Promise<string[]> {
  // The folder above, as the first stage makes this one.
  const watcher = watch(await system.files.hostPath(dirname(statusFolder)), { depth: 1 });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const check = () => look().then((waiting) => waiting.length === 0 && resolve([]), reject);
      watcher.on('ready', check).on('add', check).on('change', check);
      timer = setTimeout(() => look().then(resolve, reject), seconds * 1000);
    });
  } finally {
    clearTimeout(timer);
    await watcher.close();
  }
}
