import type { Clock } from '../../core/system/clock.ts';
import type { PortEnd } from '../host-port/host-port.ts';
import { longestRequest } from './request.ts';

// A host that plugs a port is about to ask; one that has its answer may have one more question.
const idleSeconds = 10;
// Node has no event for a character device: a read that waits would hold a thread that nothing ends.
const pauseSeconds = 0.05;
const maximalAnswers = 100;

/**
 * Answers the lines that come on a port, one after the other, until the host closes it or is quiet for ten seconds.
 * @param answer to one line, which may be longer than `longestRequest` by one character: then it was cut off there
 */
export async function converse(
  port: PortEnd,
  answer: (line: string) => Promise<string>,
  clock: Pick<Clock, 'monotonic' | 'sleep'>,
): Promise<void> {
  const lines = new LineReader();
  let lastAt = clock.monotonic();
  let answered = 0;
  while (answered < maximalAnswers && clock.monotonic() - lastAt < idleSeconds) {
    const heard = await port.read();
    // It connects a moment after the port is there, and where it was connected nothing more will come.
    if (heard === 'closed' && answered > 0) return;
    if (typeof heard === 'string') {
      await clock.sleep(pauseSeconds);
      continue;
    }
    for (const line of lines.read(heard)) {
      await port.write(await answer(line));
      answered += 1;
      lastAt = clock.monotonic();
    }
  }
}

/** Cuts bytes into lines; of a line without end nothing is kept beyond the limit. */
class LineReader {
  #begun: Buffer = Buffer.alloc(0);

  /** The lines that these bytes end. Empty ones are skipped. */
  read(bytes: Uint8Array): string[] {
    const lines: string[] = [];
    let rest = Buffer.from(bytes);
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      lines.push(this.#add(rest.subarray(0, end)).toString());
      this.#begun = Buffer.alloc(0);
      rest = rest.subarray(end + 1);
    }
    this.#add(rest);
    return lines.filter((line) => line.trim() !== '');
  }

  #add(more: Buffer): Buffer {
    this.#begun = Buffer.concat([this.#begun, more]).subarray(0, 4 * longestRequest + 1);
    return this.#begun;
  }
}
