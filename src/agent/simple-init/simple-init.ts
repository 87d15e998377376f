import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { StepOutcome } from '../action/apply-steps.ts';
import { converge } from '../action/converge.ts';
import { loop } from '../action/loop.ts';
import { kinds } from './actions.ts';
import { readDriveTexts } from '../sources/drive-source.ts';
import { openstackReader, parseOpenstack } from '../sources/openstack.ts';
import { isDriveRecorded } from '../sources/drive-record.ts';
import { appliedRecordPath } from '../swap-disk/applied-record.ts';
import type { System } from '../../core/system/system.ts';
import { observeSimpleInit } from './observe.ts';
import type { SimpleInitOptions } from './options.ts';
import { planSimpleInit, type SimpleInitFacts } from './plan.ts';

/** Where glean-early mounts the drive, and where callers of glean expect it. */
const gleanMountPoint = '/mnt/config';

/**
 * Applies a config-drive as simple-init and glean do: network, resolver, root's keys, host name. Running it again
 * changes nothing; a drive that changed is applied again, to files that are still as they were written.
 * @throws AgentError `config-drive.invalid`, `distro.unknown`
 */
export function simpleInit(system: System, options: SimpleInitOptions): Promise<StepOutcome[]> {
  const observe = () => observeFromDrive(system, options);
  return converge(loop({ observe, plan: (facts) => planSimpleInit(facts, options), kinds }), system);
}

/**
 * Refuses what would take the network of a machine away: without a drive simple-init gives DHCP to every interface, and with one it
 * replaces what the machine's own configuration says.
 * @param withoutDrive whether that no drive is mounted is nothing to stop for
 * @throws AgentError `simple-init.configured` where bootstrap applied a payload or a drive; `simple-init.no-drive`
 */
export async function requireUnconfigured(system: System, withoutDrive: boolean): Promise<void> {
  if ((await system.files.status(appliedRecordPath)) !== undefined || (await isDriveRecorded(system))) {
    throw refused('this machine is configured by what its platform gave it', {
      code: 'simple-init.configured',
      subject: '/var/lib/gandi',
      remedy:
        'run `gandi-agent bootstrap --again` to apply that once more; `simple-init --noop` shows what a drive would change',
    });
  }
  if (withoutDrive) return;
  const { texts } = await readDriveTexts(system.files, gleanMountPoint, openstackReader.paths);
  if (texts.size > 0) return;
  throw refused('no config-drive is mounted there', {
    code: 'simple-init.no-drive',
    subject: gleanMountPoint,
    remedy: `mount it there, or give DHCP to every interface with --without-drive`,
  });
}

function refused(message: string, details: { code: string; subject: string; remedy: string }): AgentError {
  return new AgentError(`nothing is changed: ${message}`, { ...details, exitCode: ExitCode.refusedToProtectData });
}

/** The drive that is mounted, and what its application rests on. @throws AgentError `distro.unknown` */
export async function observeFromDrive(system: System, options: SimpleInitOptions): Promise<SimpleInitFacts> {
  const { texts } = await readDriveTexts(system.files, gleanMountPoint, openstackReader.paths);
  return observeSimpleInit(system, parseOpenstack(texts), options.distro);
}
