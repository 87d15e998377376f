import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import { applySteps } from '../action/apply-steps.ts';
import { kinds } from './actions.ts';
import { observeDataMounts } from './data-mounts.ts';
import { answerDone, answerFailed, type HostAnswer } from './host-answer.ts';
import { chooseMounts, planTrim } from './plan-mounts.ts';
import type { HostRequest } from './request.ts';

/** Trims the file systems of one data disk, or of all. What fails of one keeps nothing of the others. */
export async function trimDisks(request: Extract<HostRequest, { ask: 'trim' }>, system: System): Promise<HostAnswer> {
  const { serial } = request;
  const { able, leftOut } = chooseMounts(await observeDataMounts(system), serial);
  if (serial !== null && able.length + leftOut.length === 0) throw unknown(serial);
  const outcomes = await applySteps(planTrim({ able, leftOut }), kinds, system);
  const failed = outcomes.find(({ failure }) => failure !== null);
  const paths = able.filter((_, index) => outcomes[index]?.failure === null).map(({ mountPoint }) => mountPoint);
  const told = { paths, leftOut: leftOut.map(({ mountPoint }) => mountPoint) };
  return failed === undefined ? answerDone(request, told) : { ...answerFailed(request, failed.failure), ...told };
}

function unknown(serial: string): AgentError {
  return new AgentError('no disk of this serial is mounted by the agent', {
    code: 'disk.unknown',
    subject: serial,
    remedy: 'ask for `status`, which has the serials of all data disks',
    exitCode: ExitCode.refusedToProtectData,
  });
}
