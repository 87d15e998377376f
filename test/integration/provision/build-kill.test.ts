import { test } from 'vitest';
import { killAtMoments } from './kill-story.ts';

test('builds that are killed at random moments leave nothing', { timeout: 300_000 }, async (context) => {
  if (process.getuid?.() !== 0) context.skip('these builds are those of root');
  await killAtMoments(6);
});
