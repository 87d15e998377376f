import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, test as plainTest } from 'vitest';
import { type BootOptions, boot, discard, type Machine } from './boot.ts';
import { keepEvidence } from './evidence.ts';
import type { Guest } from './guest.ts';

const programs = ['qemu-system-x86_64', 'qemu-img', 'mmdebstrap', 'mke2fs', 'unshare', 'setpriv', 'flock'];

/** A test that boots guests of its own: `test('...', async ({ boot }) => { ... })`; they end with the test. */
export const test = plainTest.extend<{ boot: (options: BootOptions) => Promise<Guest> }>({
  boot: async ({ skip, task }, use) => {
    const reason = await whatIsMissing();
    if (reason !== undefined) skip(reason);
    const guests: Guest[] = [];
    await use(async (options) => {
      const guest = await boot(options);
      guests.push(guest);
      return guest;
    });
    for (const guest of guests) await end(guest, task.name, task.result?.state === 'fail');
  },
});

/**
 * One guest for all tests of a file or a describe block, which run one after the other on it.
 * @returns a function, as the guest exists only once the tests run
 */
export function sharedGuest(options: BootOptions | (() => Promise<BootOptions>)): () => Guest {
  return sharedMachine(async () => {
    const guest = await boot(typeof options === 'function' ? await options() : options);
    await guest.waitForBoot();
    return guest;
  });
}

/**
 * The same for a machine of any kind.
 * @param start returns it when the tests may begin
 * @param more programs of this host that it needs beside those of every guest
 */
export function sharedMachine<M extends Machine>(start: () => Promise<M>, more: readonly string[] = []): () => M {
  let machine: M | undefined;
  let missing: string | undefined;
  beforeAll(async () => {
    missing = await whatIsMissing(more);
    if (missing !== undefined) return;
    machine = await start();
  });
  beforeEach(({ skip }) => {
    if (missing !== undefined) skip(missing);
  });
  afterEach(async ({ task }) => {
    if (machine !== undefined && task.result?.state === 'fail') console.error(await keepEvidence(machine, task.name));
  });
  afterAll(async () => {
    if (machine !== undefined) await discard(machine);
  });
  return () => {
    if (machine === undefined) throw new Error('the guest is there only while tests run');
    return machine;
  };
}

async function end(guest: Guest, testName: string, failed: boolean): Promise<void> {
  if (failed) console.error(await keepEvidence(guest, testName));
  await discard(guest);
}

/** Why no guest can be started here, or undefined if it can. */
async function whatIsMissing(more: readonly string[] = []): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'guests are built as root';
  for (const program of [...programs, ...more]) {
    const { exitCode } = await execa('which', [program], { reject: false });
    if (exitCode !== 0) return `${program} is not installed`;
  }
  return undefined;
}
