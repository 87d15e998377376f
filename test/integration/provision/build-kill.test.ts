import { expect, test } from 'vitest';
import { hasLoops, killAtMoments } from './kill-story.ts';

const seed = Number(process.env.SEED || 1);

test('builds that are killed at random moments leave nothing', { timeout: 300_000 }, async (context) => {
  if (process.getuid?.() !== 0) context.skip('these builds are those of root');
  const withLoops = await hasLoops();
  const killed = await killAtMoments(6, seed, withLoops);
  console.log(`seed ${seed}: ${killed} of 6 were still at work; ${withLoops ? 'a third' : 'none'} with loop devices`);
  expect(killed).toBeGreaterThan(2);
});
