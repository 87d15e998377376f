import { type BlockDevice, observeBlockDevices } from '../../core/block-device/block-devices.ts';
import { observeUdevProperties } from '../../core/block-device/udev-properties.ts';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import { answerDetached } from '../disk/detach-answer.ts';
import { detachDisk } from '../disk/manage-disk.ts';
import { observeDetach } from '../disk/observe-detach.ts';
import { usersInTheWay } from '../disk/plan-detach-named.ts';
import type { Flags } from '../flags/flag-table.ts';
import { tellWhile } from '../host-port/tell-host.ts';
import { answerDone, answerFailed, type HostAnswer } from './host-answer.ts';
import { observeFrozen } from './frozen.ts';
import type { HostRequest } from './request.ts';

type Detach = Extract<HostRequest, { ask: 'detach' }>;

/** Detaches the whole disk that the platform gave this serial, as `gandi-agent disk detach` does, or says who uses it. */
export async function detachBySerial(request: Detach, flags: Flags, system: System): Promise<HostAnswer> {
  if ((await observeFrozen(system)) !== undefined) throw frozen(request.serial);
  const device = await findBySerial(request.serial, system);
  try {
    const act = () => detachDisk(system, flags, device.path, false);
    const { outcomes, isReleased } = await tellWhile(system, device, act, { isDetach: true });
    const failed = outcomes.find(({ failure }) => failure !== null);
    if (failed !== undefined) return answerFailed(request, failed.failure);
    return answerDone(request, { detached: answerDetached(device, isReleased) });
  } catch (error) {
    const isBusy = error instanceof AgentError && error.code === 'disk.busy';
    const targets = isBusy ? (await observeDetach(system, flags, device)).targets : [];
    const users = targets.flatMap(usersInTheWay).map(({ name, pid }) => `${name} (${pid})`);
    return answerFailed(request, error, users);
  }
}

/** Only by the serial: a label is what somebody wrote on a disk. @throws AgentError `disk.unknown`, `disk.ambiguous` */
async function findBySerial(serial: string, system: System): Promise<BlockDevice> {
  const found: BlockDevice[] = [];
  for (const device of await observeBlockDevices(system)) {
    if (device.parent !== null || device.bus === 'loop') continue;
    const { ID_SERIAL_SHORT, ID_SERIAL } = await observeUdevProperties(system, device.path);
    if ([device.serial, ID_SERIAL_SHORT, ID_SERIAL].includes(serial)) found.push(device);
  }
  const [device, ...others] = found;
  if (device !== undefined && others.length === 0) return device;
  throw new AgentError(device === undefined ? 'no disk has this serial' : 'more than one disk has this serial', {
    code: device === undefined ? 'disk.unknown' : 'disk.ambiguous',
    subject: serial,
    remedy: 'ask for `status`, which has the serials of all data disks',
    exitCode: ExitCode.refusedToProtectData,
  });
}

function frozen(serial: string): AgentError {
  return new AgentError('cannot detach it while file systems are frozen', {
    code: 'disk.frozen',
    subject: serial,
    remedy: 'ask for `thaw` first',
    exitCode: ExitCode.refusedToProtectData,
  });
}
