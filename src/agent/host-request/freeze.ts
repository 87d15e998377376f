import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import { applySteps, type StepOutcome } from '../action/apply-steps.ts';
import type { Flags } from '../flags/flag-table.ts';
import { kinds, type Step } from './actions.ts';
import { observeDataMounts } from './data-mounts.ts';
import { observeFreezeHooks } from './freeze-hooks.ts';
import { isOver, observeFrozen, readFrozen } from './frozen.ts';
import { answerDone, answerFailed, type HostAnswer } from './host-answer.ts';
import { chooseMounts, planFreeze, planThaw } from './plan-mounts.ts';
import type { HostRequest } from './request.ts';

/** Freezes the file systems of all data disks, or none: what was frozen is thawed where one of them cannot be, or a hook fails. */
export async function freezeDisks(
  request: Extract<HostRequest, { ask: 'freeze' }>,
  flags: Flags,
  system: System,
): Promise<HostAnswer> {
  if ((await observeFrozen(system)) !== undefined) throw alreadyFrozen();
  const hooks = await observeFreezeHooks(flags, system);
  const chosen = chooseMounts(await observeDataMounts(system), null);
  const failed = await carryOut(planFreeze(chosen, request.seconds, hooks), system);
  if (failed === undefined) return answerDone(request, pathsOf(chosen));
  const begun = await readFrozen(system);
  if (begun !== undefined) await carryOut(planThaw(begun, hooks), system);
  return { ...answerFailed(request, failed.failure), hook: failed.hook };
}

/** Thaws what was frozen, by this process or another, and has the hook run; done where nothing is. */
export async function thawDisks(
  request: Extract<HostRequest, { ask: 'thaw' }>,
  flags: Flags,
  system: System,
): Promise<HostAnswer> {
  const frozen = await readFrozen(system);
  if (frozen === undefined) return answerDone(request);
  const failed = await carryOut(planThaw(frozen, await observeFreezeHooks(flags, system)), system);
  const paths = frozen.mounts.map(({ mountPoint }) => mountPoint);
  if (failed === undefined) return answerDone(request, { paths });
  const told = failed.hook === null ? {} : { paths, hook: failed.hook };
  return { ...answerFailed(request, failed.failure), ...told };
}

/** Ends a freeze whose deadline has passed: systemd has thawed all, and the hook of the thaw is still to run. Else nothing. */
export async function endFreeze(flags: Flags, system: System): Promise<StepOutcome[]> {
  const frozen = await readFrozen(system);
  if (frozen === undefined || !isOver(frozen, system)) return [];
  return applySteps(planThaw(frozen, await observeFreezeHooks(flags, system)), kinds, system);
}

interface Failed {
  readonly failure: unknown;
  /** The hook that failed; null where it was something else. */
  readonly hook: HostAnswer['hook'];
}

/** @returns the first failure */
async function carryOut(steps: readonly Step[], system: System): Promise<Failed | undefined> {
  const outcomes = await applySteps(steps, kinds, system);
  const index = outcomes.findIndex(({ failure }) => failure !== null);
  if (index === -1) return undefined;
  const action = steps[index]?.actions.find(({ kind }) => kind === 'run-hook');
  const hook = action?.kind === 'run-hook' ? action.hook : null;
  return { failure: outcomes[index]?.failure, hook: hook === 'pre-freeze' || hook === 'post-thaw' ? hook : null };
}

function pathsOf({ able, leftOut }: ReturnType<typeof chooseMounts>): Pick<HostAnswer, 'paths' | 'leftOut'> {
  return {
    paths: able.map(({ mountPoint }) => mountPoint),
    leftOut: leftOut.map(({ mountPoint }) => mountPoint),
  };
}

function alreadyFrozen(): AgentError {
  return new AgentError('file systems are frozen already', {
    code: 'freeze.already',
    subject: 'freeze',
    remedy: 'ask for `thaw` first, or wait until the deadline of that freeze has passed',
    exitCode: ExitCode.refusedToProtectData,
  });
}
