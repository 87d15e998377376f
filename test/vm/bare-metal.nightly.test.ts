import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { roadOf, seconds, start } from './bare-metal-story.ts';

const hour = 3_600_000;
const mark = 5 * 1024 ** 2;

test(
  'a machine with UEFI gets its menu, its kernel and its PreOS from our store by HTTP',
  async () => {
    const road = await start({ firmware: 'uefi' });
    await expect
      .poll(() => road.machine.serialLog(), { timeout: seconds(600_000), interval: 1000 })
      .toMatch(/preos login:/);
    expect(await road.host()).toMatchObject({ name: 'node1', detail: 'preos/initramfs' });
  },
  hour,
);

test(
  'a cable that is pulled at each step stops nothing for good: it goes on, or is tried again within a minute',
  async () => {
    const road = await start({ serve: ['--retry', '2', '--retry-delay', '1'] });
    const cut = new Set<string>();
    let pulledAt = 0;
    let noticedAfter = Number.POSITIVE_INFINITY;
    let last = '';
    for await (const { state, step } of road.follow(seconds(2400))) {
      last = `${state}/${step}`;
      console.info(last);
      if (pulledAt > 0 && noticedAfter === Number.POSITIVE_INFINITY) {
        noticedAfter = (performance.now() - pulledAt) / 1000;
        await road.machine.plugCable(true);
      }
      if (cut.has(last)) continue;
      cut.add(last);
      if (!['preos/loading', 'installing/running', 'booted/local-boot'].includes(last)) continue;
      await road.machine.plugCable(false);
      // When it is to be installed, until the server has noticed; else for as long as a person needs to push it back.
      if (step === 'running') pulledAt = performance.now();
      else {
        await sleep(20_000);
        await road.machine.plugCable(true);
      }
    }
    console.info(`noticed after ${noticedAfter} s`);
    expect(last).toBe('done/agent-done');
    expect([...cut]).toEqual(expect.arrayContaining(['preos/loading', 'installing/running', 'booted/local-boot']));
    expect(noticedAfter).toBeLessThan(60);
  },
  hour,
);

test(
  'power that fails while the image is written costs another try: the half-written disk starts nothing and is written again',
  async () => {
    const road = await start();
    const steps: string[] = [];
    let cutAt = 0;
    // The run that was cut off fails; the PreOS that starts again asks for the next.
    for await (const { state, step } of road.follow(seconds(2400), ['done'])) {
      steps.push(`${state}/${step}`);
      console.info(steps.at(-1));
      if (state !== 'installing' || cutAt > 0) continue;
      // The marks at both ends of the disk are 5 MiB.
      await expect
        .poll(() => road.writtenBytes(), { timeout: seconds(300_000), interval: 50 })
        .toBeGreaterThan(mark * 6);
      cutAt = await road.writtenBytes();
      await road.machine.cutPower();
    }
    console.info(`power failed when ${cutAt} bytes were written, ${await road.writtenBytes()} are there now`);
    expect(cutAt).toBeLessThan((await road.writtenBytes()) / 2);
    expect(steps.at(-1)).toBe('done/agent-done');
    expect(steps.filter((step) => step === 'preos/loading')).toHaveLength(2);
  },
  hour,
);

test(
  'a disk with a file system on it is not written, and the host says so',
  async () => {
    const road = await start({ prepareDisk: (disk) => execa('mke2fs', ['-q', '-t', 'ext4', disk]) });
    expect((await roadOf(road, 1200)).at(-1)).toBe('failed/command-failed');
    expect((await road.host())?.detail).toMatch(/blank-disk\.signature/);
  },
  hour,
);
