import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import { isMountedFrom } from '../../core/block-device/mounts.ts';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { Step } from './actions.ts';
import type { DetachFacts, DetachTarget } from './observe-detach.ts';
import { planDetach, planRelease } from './plan-detach.ts';

/**
 * Unmounts all that was named, and releases the disk where nothing else of it is mounted.
 * @param force also where programs use it
 * @throws AgentError `disk.busy` naming the programs, `disk.not-mounted`
 */
export function planDetachNamed({ word, family, targets }: DetachFacts, force: boolean): Step[] {
  if (targets.length === 0) throw notMounted(word);
  if (!force) for (const target of targets) requireUnused(target);
  const steps = targets.flatMap(({ record, facts, units }) => planDetach(record, facts, units, force));
  return [...steps, ...planLast(targets, family)];
}

/** The whole disk is let go of only if nothing else of it is mounted, by whomever. */
function planLast(targets: readonly DetachTarget[], family: readonly BlockDevice[]): Step[] {
  const [target] = targets;
  if (target === undefined) return [];
  const others = family.filter(({ name }) => !targets.some(({ facts }) => facts.kernelName === name));
  const isLast = !others.some((device) => target.facts.mounts.some((mount) => isMountedFrom(mount, device)));
  return isLast ? [planRelease(target.attached)] : [];
}

/** Services are stopped for it; what else uses it keeps it. */
function requireUnused({ record, units, users }: DetachTarget): void {
  const others = users.filter((user) => !units.some(({ name }) => name === user.unit));
  if (others.length === 0) return;
  const names = others.map(({ name, pid }) => `${name} (${pid})`).join(', ');
  throw new AgentError(`cannot detach it: it is used by ${names}`, {
    code: 'disk.busy',
    subject: record.mountPoint,
    remedy: 'end these programs, or use --force and lose what they do not write in time',
    exitCode: ExitCode.refusedToProtectData,
  });
}

function notMounted(word: string): AgentError {
  return new AgentError('cannot detach it: the agent has not mounted it', {
    code: 'disk.not-mounted',
    subject: word,
    remedy: 'unmount it as it was mounted; `gandi-agent disk explain` tells more',
  });
}
