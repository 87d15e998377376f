import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import { isWhole } from './is-whole.ts';

/**
 * Right before what is done by force: force would turn a layer that works into one that fails.
 * @param name kernel name, `dm-0`
 * @throws AgentError `layer.not-broken`
 */
export async function requireBroken(system: System, name: string): Promise<void> {
  if (!(await isWhole(system, name))) return;
  throw new AgentError('nothing is done to it by force: all that it lies on is there', {
    code: 'layer.not-broken',
    subject: `/dev/${name}`,
    remedy: `see \`lsblk --inverse /dev/${name}\`; close it with \`gandi-agent disk detach /dev/${name}\``,
    exitCode: ExitCode.refusedToProtectData,
  });
}
