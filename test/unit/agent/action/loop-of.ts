import { type Loop, loop } from '../../../../src/agent/action/loop.ts';
import { kinds, type Step } from '../../../../src/agent/actions.ts';

/** A loop that sees its own plan. */
export function loopOf(steps: () => Promise<readonly Step[]>): Loop {
  return loop({ observe: steps, plan: (seen) => ({ steps: seen }), kinds });
}
