import { expect, test } from 'vitest';
import { roadOf, seconds, start } from './bare-metal-story.ts';

const quarter = 900_000;

test(
  'a bare disk boots from our store by HTTP, is installed by our command, and its agent says done',
  async () => {
    const road = await start({ memory: 1024 });
    const steps = await roadOf(road, 600);
    expect(steps.at(-1)).toBe('done/agent-done');
    expect(steps).toEqual(expect.arrayContaining(['installing/running', 'booted/local-boot']));
    expect(await road.host()).toMatchObject({ state: 'done', name: 'node1' });
    await expect
      .poll(() => road.machine.serialLog(), { timeout: seconds(60_000), interval: 1000 })
      .toMatch(/@@ installed machine node1 +6G/);
  },
  quarter,
);
