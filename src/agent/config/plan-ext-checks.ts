import type { ExtCheckFacts } from '../disk/ext-checks.ts';
import type { ConfigPlan } from './config-step.ts';

const mounts = 42;
const months = 2;

/** Regular checks of an ext3 or ext4 root file system, where both kinds are off as mkfs leaves them; an admin's own numbers stay. */
export function planExtChecks(facts: ExtCheckFacts | undefined): ConfigPlan | undefined {
  if (facts === undefined) return undefined;
  const { device, maximalMounts, intervalSeconds } = facts;
  const isOff = maximalMounts <= 0 && intervalSeconds === 0;
  return {
    wanted: `${device}: ${mounts} mounts, ${months} months`,
    actions: isOff ? [{ kind: 'set-check-counters', device, mounts, months }] : [],
  };
}
