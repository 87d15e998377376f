import { expect, test } from 'vitest';
import { killAtEach, preparations } from './netboot-kill-story.ts';

/** The others that change a tree, or wait until it is on the disk. */
const calls = ['mkdir', 'rmdir', 'chmod', 'fchmod', 'fsync'];

test.each(preparations)(
  'killed at each other call: over %s a node gets one whole version',
  async (_, prepare) => {
    expect((await killAtEach(calls, prepare)).get('fsync')).toBeGreaterThan(5);
  },
  1_200_000,
);
