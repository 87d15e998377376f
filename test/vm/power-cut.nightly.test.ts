import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { discard } from '../../lab/boot.ts';
import type { Guest } from '../../lab/guest.ts';
import { journalOnSerialPort, serialLine, serialLogSize } from '../../lab/serial-log.ts';
import { test } from '../../lab/story.ts';
import { seededRandom } from '../unit/agent/sources/seeded-random.ts';
import { passwordHash, webServer } from './payloads.ts';

const seed = Number(process.env.SEED || 1);
/** Each takes about half a minute. */
const cuts = Number(process.env.CUTS || 20);
/** As many lines as the agent writes into the journal at a first boot; one that goes on with it writes fewer. */
const lines = { first: 24, later: 12 } as const;
const line = /\bgandi\[\d+\]: /;
const minute = 60_000;

test('D5: the power fails at a line of the agent in a first boot, and again in the boots that follow: the guest ends configured', {
  timeout: (10 + 5 * cuts) * minute,
}, async ({ boot }) => {
  const random = seededRandom(seed);
  let [done, guests] = [0, 0];
  while (done < cuts) {
    const guest = await boot({ debian: 12, payload: { config: webServer }, kernelArguments: journalOnSerialPort });
    guests += 1;
    let from = 0;
    for (;;) {
      const count = 1 + Math.floor(random() * (from === 0 ? lines.first : lines.later));
      const said = done < cuts ? await lineBeforeEnd(guest, from, count) : undefined;
      if (said === undefined) break;
      done += 1;
      console.log(`cut ${done}, guest ${guests}, line ${count}: ${said}`);
      from = await serialLogSize(guest.folder);
      await guest.cutPower();
    }
    await expectConfigured(guest);
    await discard(guest);
  }
  console.log(`seed ${seed}: ${done} cuts of ${guests} guests, all configured in the end`);
});

/** Waits for the line of so great a number of the agent in this boot; undefined if the boot ends before. */
async function lineBeforeEnd(guest: Guest, from: number, count: number): Promise<string | undefined> {
  const end = new AbortController();
  const said = serialLine(guest.folder, from, line, count, end.signal).catch(() => undefined);
  // A cut ends it, as the guest does not answer any more.
  const ended = guest.waitForBoot().then(
    () => end.abort(),
    () => undefined,
  );
  await Promise.race([said, ended]);
  end.abort();
  return said;
}

async function expectConfigured(guest: Guest): Promise<void> {
  expect(await guest.waitForBoot()).toBe('running');
  expect(await guest.expect('hostname')).toBe('web1');
  expect(await guest.expect('getent shadow root | cut --delimiter=: --fields=2')).toBe(passwordHash);
  expect(await guest.expect('ip -oneline -4 address show scope global')).toContain('192.0.2.10/24');
  expect(await guest.expect('swapon --show=NAME --noheadings')).toBe('/dev/vdb');
  await guest.shutDown();
  expect((await readFile(guest.swapDisk ?? '')).includes(passwordHash)).toBe(false);
}
