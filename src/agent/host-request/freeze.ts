import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import { applySteps } from '../action/apply-steps.ts';
import { kinds } from './actions.ts';
import { observeDataMounts } from './data-mounts.ts';
import { observeFrozen, readFrozen } from './frozen.ts';
import { answerDone, answerFailed, type HostAnswer } from './host-answer.ts';
import { chooseMounts, planFreeze, planThaw, planUndo } from './plan-mounts.ts';
import type { HostRequest } from './request.ts';

/** Freezes the file systems of all data disks, or none: what was frozen is thawed where one of them cannot be. */
export async function freezeDisks(
  request: Extract<HostRequest, { ask: 'freeze' }>,
  system: System,
): Promise<HostAnswer> {
  if ((await observeFrozen(system)) !== undefined) throw alreadyFrozen();
  const chosen = chooseMounts(await observeDataMounts(system), null);
  const outcomes = await applySteps(planFreeze(chosen, request.seconds), kinds, system);
  const failed = outcomes.find(({ failure }) => failure !== null);
  if (failed === undefined) return answerDone(request, pathsOf(chosen));
  const begun = await readFrozen(system);
  if (begun !== undefined) await applySteps(planUndo(begun), kinds, system);
  return answerFailed(request, failed.failure);
}

/** Thaws what was frozen, by this process or another; done where nothing is. */
export async function thawDisks(request: Extract<HostRequest, { ask: 'thaw' }>, system: System): Promise<HostAnswer> {
  const frozen = await readFrozen(system);
  if (frozen === undefined) return answerDone(request);
  const failed = (await applySteps(planThaw(frozen), kinds, system)).find(({ failure }) => failure !== null);
  if (failed !== undefined) return answerFailed(request, failed.failure);
  return answerDone(request, { paths: frozen.mounts.map(({ mountPoint }) => mountPoint) });
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
