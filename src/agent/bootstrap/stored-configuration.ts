import type { Action } from './actions.ts';
import { AgentError } from '../../core/error/agent-error.ts';
import { observeFirstBootFiles } from './first-boot-files.ts';
import { type Link, observeLinks } from '../network/links.ts';
import type { Flags } from '../flags/flag-table.ts';
import { parseGandiConfig } from '../machine-config/gandi-schema.ts';
import type { MachineConfig } from '../machine-config/machine-config.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import { keepingEdits } from './keep-edits.ts';
import { describeLeftAlone } from './left-alone.ts';
import type { Plan } from '../action/plan.ts';
import { planConfiguration } from './plan-configuration.ts';

const path = '/gandi/config';

/**
 * What drives the machine, or the tree of one, to the configuration that it keeps. No disk is read or changed.
 * @param again whether it was applied before, so that files may hold an admin's edits
 * @throws AgentError `config.missing` on a running machine that never got one; `config.invalid`
 */
export async function planStoredConfiguration(system: System, flags: Flags, again: boolean): Promise<Plan<Action>> {
  const configText = await system.files.read(path);
  if (configText === undefined && !isRunningMachine(system)) return { steps: [], notes: [] };
  if (configText === undefined) throw nothingStored();
  const { config, warnings } = parseGandiConfig(configText, path);
  const links = isRunningMachine(system) ? await observeLinks(system) : linksOnThePlatform(config);
  const files = await observeFirstBootFiles(system, config.user?.name ?? null);
  const steps = planConfiguration({ config, configText, script: 'stored' }, flags, files, links);
  return {
    steps: again ? keepingEdits(steps) : steps,
    notes: [...warnings, ...describeLeftAlone(config, flags, files, links)],
  };
}

/** A tree that is not running shows no links: it will have those of the configuration, by the names that the platform gives. */
function linksOnThePlatform(config: MachineConfig): Link[] {
  return config.interfaces.map(({ number }) => ({
    name: `eth${number}`,
    index: number,
    address: '',
    physical: true,
  }));
}

function nothingStored(): AgentError {
  return new AgentError('cannot apply the stored configuration: there is none', {
    code: 'config.missing',
    subject: path,
    remedy: 'stop and start the VM on the platform to get a new one',
  });
}
