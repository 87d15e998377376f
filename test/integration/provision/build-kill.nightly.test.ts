import { expect, test } from 'vitest';
import { hasLoops, killAtMoments } from './kill-story.ts';

const seed = Number(process.env.SEED || Math.floor(Date.now() / 86_400_000));

test('builds that are killed at 50 random moments leave nothing', { timeout: 2_400_000 }, async (context) => {
  if (process.getuid?.() !== 0) context.skip('these builds are those of root');
  const withLoops = await hasLoops();
  const killed = await killAtMoments(50, seed, withLoops);
  console.log(`seed ${seed}: ${killed} of 50 were still at work; ${withLoops ? 'a third' : 'none'} with loop devices`);
  expect(killed).toBeGreaterThan(16);
});
