import type { StepOutcome } from '../action/apply-steps.ts';
import { converge } from '../action/converge.ts';
import { readOpenstackFiles } from '../sources/openstack-files.ts';
import type { System } from '../../core/system/system.ts';
import { observeSimpleInit } from './observe.ts';
import type { SimpleInitOptions } from './options.ts';
import { planSimpleInit, type SimpleInitPlan } from './plan.ts';

/** Where glean-early mounts the drive, and where callers of glean expect it. */
const gleanMountPoint = '/mnt/config';

/**
 * Applies a config-drive as simple-init and glean do: network, resolver, root's keys, host name. Running it again
 * changes nothing; a drive that changed is applied again, to files that are still as they were written.
 * @throws AgentError `config-drive.invalid`, `distro.unknown`
 */
export async function simpleInit(system: System, options: SimpleInitOptions): Promise<StepOutcome[]> {
  const said = new Set<string>();
  return converge(async () => {
    const { steps, notes } = await planFromDrive(system, options);
    for (const note of notes.filter((each) => !said.has(each))) system.journal.warn(note);
    for (const note of notes) said.add(note);
    return steps;
  }, system);
}

/** What `simpleInit` would do now; changes nothing. */
export async function planFromDrive(system: System, options: SimpleInitOptions): Promise<SimpleInitPlan> {
  const drive = await readOpenstackFiles(system.files, gleanMountPoint);
  return planSimpleInit(await observeSimpleInit(system, drive, options.distro), options);
}
