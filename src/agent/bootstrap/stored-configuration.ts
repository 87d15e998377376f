import { AgentError } from '../../core/error/agent-error.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import type { Plan } from '../action/plan.ts';
import type { Flags } from '../flags/flag-table.ts';
import { mistakesError } from '../machine-config/parsed-config.ts';
import type { PlacedNic } from '../network/match-nic.ts';
import { isDeviceName } from '../network-config/device-name.ts';
import type { NetworkDescription, NicMatch } from '../network-config/description.ts';
import { payloadPath, readStoredConfig, type StoredConfig } from '../sources/stored-config.ts';
import type { Action } from './actions.ts';
import { type FirstBootFiles, observeFirstBootFiles } from './first-boot-files.ts';
import { keepingEdits } from './keep-edits.ts';
import { describeLeftAlone } from './left-alone.ts';
import { planConfiguration, usesDhcpFallback } from './plan-configuration.ts';

export interface StoredFacts {
  readonly stored: StoredConfig;
  readonly files: FirstBootFiles;
}

/**
 * The configuration that the machine, or the tree of one, keeps. No disk is read.
 * @returns undefined for a tree without one
 * @throws AgentError `config.missing` on a running machine that never got one; `config.invalid`
 */
export async function observeStored(system: System, flags: Flags): Promise<StoredFacts | undefined> {
  const stored = await readStoredConfig(system, flags);
  if (stored === undefined && isRunningMachine(system)) throw nothingStored();
  if (stored === undefined) return undefined;
  const { users, network } = stored.config;
  const files = await observeFirstBootFiles(
    system,
    users.map(({ name }) => name),
  );
  return { stored, files: isRunningMachine(system) ? files : { ...files, nics: nicsOnThePlatform(network) } };
}

/**
 * What drives the machine, or the tree of one, to the configuration that it keeps.
 * @param again whether it was applied before, so that files may hold an admin's edits
 * @param describesAll false where NICs that it does not describe get DHCP, whatever its source
 */
export function planStored(
  facts: StoredFacts | undefined,
  flags: Flags,
  again: boolean,
  describesAll = true,
): Plan<Action> {
  if (facts === undefined) return { steps: [] };
  const { stored, files } = facts;
  const isOpen = usesDhcpFallback(stored.source, stored.mistakes, flags);
  const scope = { isNew: true, dhcpFallback: describesAll ? isOpen : flags.CONFIG_DHCP_FALLBACK };
  const steps = planConfiguration(stored.config, flags, files, scope);
  return {
    steps: again ? keepingEdits(steps) : steps,
    notes: [...stored.warnings, ...describeLeftAlone(stored.config, flags, files, scope)],
    mistakes: stored.mistakes.length === 0 ? [] : [storedMistakes(stored)],
  };
}

/**
 * A tree that is not running shows no NICs: it will have those of the configuration, by the names that the platform gives. One whose
 * description is wrong counts as one with carrier, as nobody can look.
 */
function nicsOnThePlatform({ links, mistaken = [] }: NetworkDescription): PlacedNic[] {
  const described = links.flatMap((link) => (link.type === 'physical' ? nicOnThePlatform(link.match, false) : []));
  return [...described, ...mistaken.flatMap((match) => nicOnThePlatform(match, true))];
}

function nicOnThePlatform(match: NicMatch, hasCarrier: boolean): PlacedNic[] {
  const state = { macAddress: '', isDevice: true, isUp: true, hasCarrier };
  switch (match.by) {
    case 'number':
      return [{ name: `eth${match.number}`, index: match.number, ...state }];
    case 'name':
      // The text of a drive may be anything, and becomes the name of a file.
      if (!isDeviceName(match.name)) return [];
      return [{ name: match.name, index: 0, ...state }];
    default:
      return [];
  }
}

function storedMistakes({ mistakes, subject }: StoredConfig): AgentError {
  return mistakesError(mistakes, {
    code: 'config.invalid',
    subject,
    remedy: 'correct it on the platform, then stop and start the VM',
  });
}

function nothingStored(): AgentError {
  return new AgentError('cannot apply the stored configuration: there is none', {
    code: 'config.missing',
    subject: payloadPath,
    remedy: 'stop and start the VM on the platform to get a new one',
  });
}
