import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, test as plainTest } from 'vitest';
import { type BootOptions, boot, discard } from './boot.ts';
import { keepEvidence } from './evidence.ts';
import type { Guest } from './guest.ts';

const programs = ['qemu-system-x86_64', 'qemu-img', 'debootstrap', 'mke2fs', 'unshare', 'setpriv', 'flock'];

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
  let guest: Guest | undefined;
  let missing: string | undefined;
  beforeAll(async () => {
    missing = await whatIsMissing();
    if (missing !== undefined) return;
    guest = await boot(typeof options === 'function' ? await options() : options);
    await guest.waitForBoot();
  });
  beforeEach(({ skip }) => {
    if (missing !== undefined) skip(missing);
  });
  afterEach(async ({ task }) => {
    if (guest !== undefined && task.result?.state === 'fail') console.error(await keepEvidence(guest, task.name));
  });
  afterAll(async () => {
    if (guest !== undefined) await discard(guest);
  });
  return () => {
    if (guest === undefined) throw new Error('the guest is there only while tests run');
    return guest;
  };
}

async function end(guest: Guest, testName: string, failed: boolean): Promise<void> {
  if (failed) console.error(await keepEvidence(guest, testName));
  await discard(guest);
}

/** Why no guest can be started here, or undefined if it can. */
async function whatIsMissing(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'guests are built as root';
  for (const program of programs) {
    const { exitCode } = await execa('which', [program], { reject: false });
    if (exitCode !== 0) return `${program} is not installed`;
  }
  return undefined;
}
