import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { measureStart } from '../../bench/start.ts';

// Both are timed in turns; what else takes a core for a moment is given three more chances to be gone.
test('the executable starts within 1.5 times of Node doing nothing', { retry: 3 }, () => {
  const { node, agent, ratio } = measureStart(resolve('dist/gandi-agent'), 10);
  console.log(
    `node -e 0 ${node.toFixed(1)} ms, gandi-agent --version ${agent.toFixed(1)} ms, ratio ${ratio.toFixed(2)}`,
  );
  expect(ratio).toBeLessThanOrEqual(1.5);
});
