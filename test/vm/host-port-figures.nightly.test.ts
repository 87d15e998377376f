import { rm } from 'node:fs/promises';
import { describe, expect } from 'vitest';
import type { HostRecord } from '../../src/core/host-port/host-record.ts';
import type { GuestDisk } from '../../lab/guest.ts';
import type { GuestPort } from '../../lab/guest-port.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';
import { seededRandom } from '../unit/agent/sources/seeded-random.ts';

const seed = Number(process.env.GANDI_SEED ?? Date.now() % 1_000_000);
const attaches = Number(process.env.GANDI_ATTACHES ?? 12);
const freezes = Number(process.env.GANDI_FREEZES ?? 5);
/** Disks that come together; up to half as many stay when the next come. */
const mostAtOnce = 12;
const deadlineSeconds = 6;
/** The timer counts from its own start, which comes a moment after the agent has set the deadline. */
const slackSeconds = 3;
const minutes = 90;

describe('the ports of a platform, in numbers', () => {
  let told: GuestPort;
  const guest = sharedGuest({
    debian: 12,
    prepare: async (machine) => {
      told = await machine.attachPort('org.gandi.agent.0');
    },
  });
  const random = seededRandom(seed);

  test(`${attaches} attaches are ${attaches} records, none lost and none twice (seed ${seed})`, {
    timeout: minutes * 60_000,
  }, async () => {
    const plugged: { readonly disk: GuestDisk; readonly label: string }[] = [];
    const below = (limit: number) => Math.floor(random() * limit);
    for (let number = 1; number <= attaches; ) {
      const last = Math.min(attaches, number + below(mostAtOnce));
      for (; number <= last; number += 1) {
        const label = `told-${number}`;
        const disk = await guest().attachDisk({ fileSystem: 'ext4', label, size: 8, serial: label });
        plugged.push({ disk, label });
      }
      // Each by its name: of those that were pulled before some may be mounted still.
      const isMounted = `grep --quiet " /srv/$label " /proc/self/mountinfo`;
      const labels = plugged.map(({ label }) => label).join(' ');
      await guest().waitFor(`for label in ${labels}; do ${isMounted} || exit 1; done`, 120);
      // What is pulled before the agent has done with it may leave without a word.
      await untilIdle(guest());
      const stay = number > attaches ? 0 : below(mostAtOnce / 2);
      const gone: typeof plugged = [];
      while (plugged.length > stay) gone.push(...plugged.splice(below(plugged.length), 1));
      await Promise.all(gone.map(({ disk }) => disk.detach()));
      // The kernel does not hear of more than 8 changes of a bus at once, and takes a disk at an address in use for the one before.
      await guest().waitFor(`! ls /dev/disk/by-id | grep -E "_(${gone.map(({ label }) => label).join('|')})$"`);
      for (const { disk } of gone) await rm(disk.image);
    }
    await guest().waitFor('! ls /srv | grep --quiet told');
    await untilIdle(guest());
    const records: HostRecord[] = told.lines.map((line) => JSON.parse(line));
    const serials = Array.from({ length: attaches }, (_, index) => `told-${index + 1}`);
    const of = (event: string) => records.filter((record) => record.event === event).map(({ serial }) => serial);
    console.log(`seed ${seed}: ${attaches} attaches, ${of('attached').length} records of them`);
    expect(of('attached').toSorted()).toEqual(serials.toSorted());
    expect(of('detached').toSorted()).toEqual(serials.toSorted());
    expect(records.map(({ sequence }) => sequence)).toEqual(records.map((_, index) => index + 1));
  });

  test(`${freezes} freezes with the agent killed at a random moment: no file system is frozen past the deadline (seed ${seed})`, {
    timeout: minutes * 60_000,
  }, async () => {
    const hook = (name: string, state: string) =>
      guest().expect(
        `printf '#!/bin/sh\\necho ${state} >/run/database\\n' >/etc/gandi/hooks/${name}; chmod 755 /etc/gandi/hooks/${name}`,
      );
    await hook('pre-freeze', 'held');
    await hook('post-thaw', 'running');
    for (const label of ['one', 'two']) {
      await guest().attachDisk({ fileSystem: 'ext4', label, serial: label });
      await guest().waitForMount(`/srv/${label}`, 60);
    }
    await untilIdle(guest());
    // How long a freeze takes that nobody disturbs is the span in which one is cut off, and a little more.
    const whole = await freezeAndKill(Number.POSITIVE_INFINITY);
    const states = { stillFrozen: 0, stillHeld: 0, begun: 0, answered: 0 };
    for (let number = 1; number <= freezes; number += 1) {
      const { isAnswered } = await freezeAndKill(random() * whole.seconds * 1.5);
      const { isBegun, frozen, held } = await pastDeadline();
      states.stillFrozen += frozen;
      states.stillHeld += held;
      states.begun += isBegun ? 1 : 0;
      states.answered += isAnswered ? 1 : 0;
    }
    console.log(`seed ${seed}: ${freezes} freezes, a whole one takes ${whole.seconds.toFixed(1)} s`, states);
    expect(states).toMatchObject({ stillFrozen: 0, stillHeld: 0 });
    // One that is cut off before it has begun freezes nothing.
    expect(states.begun).toBeGreaterThan(0);
  });

  /** Asks for a freeze, and kills the agent after some seconds, or once it has answered. */
  async function freezeAndKill(afterSeconds: number): Promise<{ seconds: number; isAnswered: boolean }> {
    const port = await guest().attachPort('org.gandi.agent.1');
    const start = performance.now();
    port.say(`{"version":1,"ask":"freeze","seconds":${deadlineSeconds}}`);
    const answered = port.line(0, 60).then(() => true);
    const cutOff = Number.isFinite(afterSeconds) ? [passed(afterSeconds)] : [];
    const isAnswered = await Promise.race([answered, ...cutOff]);
    const seconds = (performance.now() - start) / 1000;
    await guest().run('systemctl kill --signal=KILL "gandi-answer@*"');
    answered.catch(() => undefined);
    await port.detach();
    if (!Number.isFinite(afterSeconds)) await pastDeadline();
    return { seconds, isAnswered };
  }

  /** fsfreeze(8) is the question: it fails where nothing is frozen. */
  async function pastDeadline(): Promise<{ isBegun: boolean; frozen: number; held: number }> {
    const until = await guest().expect(
      `sed --quiet 's/.*"until":\\([0-9]*\\).*/\\1/p' /run/gandi/frozen.json 2>/dev/null || true`,
    );
    const late = Number(until === '' ? 0 : until) + 1 + slackSeconds;
    await guest().expect(`until [ "$(cut --delimiter=. --fields=1 /proc/uptime)" -ge ${late} ]; do sleep 0.1; done`);
    const thawed = await guest().run(
      'fsfreeze --unfreeze /srv/one; a=$?; fsfreeze --unfreeze /srv/two; exit $((2 - a - $?))',
    );
    await guest().run('for n in $(seq 100); do grep --quiet held /run/database || exit; sleep 0.1; done');
    const held = await guest().run('grep --quiet held /run/database');
    return { isBegun: until !== '', frozen: thawed.exitCode, held: held.exitCode === 0 ? 1 : 0 };
  }
});

/** The moment is what the test is about. */
function passed(seconds: number): Promise<false> {
  const { promise, resolve } = Promise.withResolvers<false>();
  setTimeout(() => resolve(false), seconds * 1000);
  return promise;
}
