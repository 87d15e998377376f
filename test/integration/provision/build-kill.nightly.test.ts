import { test } from 'vitest';
import { killAtMoments } from './kill-story.ts';

test('builds that are killed at 50 random moments leave nothing', { timeout: 1_200_000 }, async (context) => {
  if (process.getuid?.() !== 0) context.skip('these builds are those of root');
  await killAtMoments(50);
});
