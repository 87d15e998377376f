import { expect, test } from 'vitest';
import { killAtEach, preparations } from './netboot-kill-story.ts';

/** By which what a node sees becomes another; what is written before goes into files that nobody sees. */
const calls = ['rename', 'renameat2', 'link', 'symlink', 'unlink'];

test.each(preparations)(
  'killed at each call that switches: over %s a node gets one whole version',
  async (_, prepare) => {
    // Perl makes the exchange; a switch of ours is a rename.
    expect((await killAtEach(calls, prepare)).get('rename')).toBeGreaterThan(3);
  },
  300_000,
);
