import { installedDocuments } from '../../core/error/installed-documents.ts';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { Refusal } from './swap-rows.ts';
import { type BlockDevice, observeBlockDevices } from '../../core/block-device/block-devices.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';

/** A row that refuses, as an error; it is in the journal in one line before anybody catches it. */
export function refusal({ row, code, because }: Refusal, subject: string, system: System): AgentError {
  system.journal.warn(`${subject} is left as it is: ${because}`, { code, row });
  return new AgentError(`refused to touch it: ${because}`, {
    code,
    subject,
    remedy: `nothing was changed; see row ${row} of ${installedDocuments}/decisions/swap-disk.md`,
    exitCode: ExitCode.refusedToProtectData,
  });
}

/**
 * The device that an action names, on a machine that is running.
 * @throws AgentError `swap-disk.not-running`, `swap-disk.gone`
 */
export async function requireDevice(system: System, name: string): Promise<BlockDevice> {
  if (!isRunningMachine(system))
    throw unavailable('swap-disk.not-running', name, 'the devices are those of another machine');
  const device = (await observeBlockDevices(system)).find((other) => other.name === name);
  if (device === undefined) throw unavailable('swap-disk.gone', name, 'there is no such device');
  return device;
}

function unavailable(code: string, name: string, because: string): AgentError {
  return new AgentError(`refused to touch it: ${because}`, {
    code,
    subject: `/dev/${name}`,
    remedy: 'nothing was changed; run the stage on the machine itself, with the disk attached',
    exitCode: ExitCode.refusedToProtectData,
  });
}
