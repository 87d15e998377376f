import type { StepOutcome } from '../action/apply-steps.ts';
import { converge } from '../action/converge.ts';
import { loop } from '../action/loop.ts';
import { kinds } from './actions.ts';
import { readDriveTexts } from '../sources/drive-source.ts';
import { openstackReader, parseOpenstack } from '../sources/openstack.ts';
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

/** The drive that is mounted, and what its application rests on. @throws AgentError `distro.unknown` */
export async function observeFromDrive(system: System, options: SimpleInitOptions): Promise<SimpleInitFacts> {
  const { texts } = await readDriveTexts(system.files, gleanMountPoint, openstackReader.paths);
  return observeSimpleInit(system, parseOpenstack(texts), options.distro);
}
