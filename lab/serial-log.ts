import { createReadStream, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';

/**
 * What the kernel of a guest is told so that systemd's journal writes its lines to the serial port as well, at the moment when it
 * gets them: systemd-journald.service(8), "Kernel Command Line".
 */
export const journalOnSerialPort = [
  'systemd.journald.forward_to_console=1',
  'systemd.journald.max_level_console=info',
] as const;

/** Size of the serial log of a guest by now, in bytes. */
export async function serialLogSize(folder: string): Promise<number> {
  return (await stat(join(folder, 'serial.log'))).size;
}

/**
 * Waits for lines of a guest's serial log.
 * @param folder of the guest
 * @param from where in the log it looks, in bytes
 * @param count how many of them it waits for
 * @returns the last of them
 * @throws AbortError
 */
export async function serialLine(
  folder: string,
  from: number,
  pattern: RegExp,
  count: number,
  signal: AbortSignal,
): Promise<string> {
  const path = join(folder, 'serial.log');
  const watcher = watch(path, { signal });
  watcher.on('error', () => undefined);
  try {
    for (;;) {
      // Asked before the log is read: what is written meanwhile is a change, too.
      const change = once(watcher, 'change', { signal });
      change.catch(() => undefined);
      const found = (await linesFrom(path, from)).filter((line) => pattern.test(line))[count - 1];
      if (found !== undefined) return found;
      await change;
    }
  } finally {
    watcher.close();
  }
}

/** Whole lines only. */
async function linesFrom(path: string, from: number): Promise<string[]> {
  let text = '';
  for await (const chunk of createReadStream(path, { start: from, encoding: 'utf8' })) text += chunk;
  return text.split('\n').slice(0, -1);
}
