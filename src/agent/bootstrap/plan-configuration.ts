import type { Mistake } from '../../core/text/json-text.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { SourceName } from '../flags/source-names.ts';
import { planPayloadAssignments } from '../disk/plan-payload-assignments.ts';
import { withHostEntry } from '../identity/hosts-file.ts';
import { planAccess } from '../access/plan-access.ts';
import type { MachineConfig } from '../machine-config/machine-config.ts';
import { type NetworkScope, planNetwork } from '../network/plan-network.ts';
import { planResolver } from '../network/plan-resolver.ts';
import { ownAddressOf } from '../network-config/description.ts';
import { outcomeDuePath, renderOutcomeDue } from '../outcome/outcome-due.ts';
import type { Action, Step } from './actions.ts';
import type { FirstBootFiles } from './first-boot-files.ts';

/** Debian's address of a host without a fixed one (Debian reference, 5.1.1). */
const addressOfNobody = '127.0.1.1';

/** Everything that drives the machine's files to the configuration, whatever its source; nothing for what is there already. */
export function planConfiguration(
  config: MachineConfig,
  flags: Flags,
  files: FirstBootFiles,
  scope: NetworkScope,
): Step[] {
  return [
    { name: 'host name', actions: flags.CONFIG_HOSTNAME ? planHostname(config, files) : [] },
    { name: 'hosts', actions: flags.CONFIG_HOSTS ? planHosts(config, files) : [] },
    ...planAccess(config, flags, files.access, files.distro),
    { name: 'resolver', actions: flags.CONFIG_NAMESERVER ? planResolver(config.network, files.resolver) : [] },
    planNetworkOf(config, flags, files, scope),
    {
      name: 'disk assignments',
      actions: flags.CONFIG_ASSIGN_DISKS ? planPayloadAssignments(config.disks, files.payloadAssignments) : [],
    },
    { name: 'outcome', actions: planOutcome(config, files) },
  ];
}

/**
 * Whether NICs that a new configuration does not describe get DHCP: all where a drive was read, and with a payload those whose
 * description is wrong.
 */
export function usesDhcpFallback(source: SourceName, mistakes: readonly Mistake[], flags: Flags): boolean {
  const isOpen = source !== 'swap-payload' || mistakes.some(({ part }) => part === 'vif');
  return flags.CONFIG_DHCP_FALLBACK && isOpen;
}

/** Only the network: of NICs that nothing describes, where the rest was applied in an earlier boot. */
export function planNetworkOf(config: MachineConfig, flags: Flags, files: FirstBootFiles, scope: NetworkScope): Step {
  const facts = { description: config.network, network: files.network, nics: files.nics };
  return { name: 'network', actions: flags.CONFIG_NETWORK ? planNetwork(facts, flags, scope) : [] };
}

function planHostname({ hostname }: MachineConfig, files: FirstBootFiles): Action[] {
  if (hostname === null) return [];
  const isLive = files.liveHostname === undefined || files.liveHostname === hostname;
  return [
    ...planFile('/etc/hostname', files.hostname, `${hostname}\n`),
    ...planFile('/etc/mailname', files.mailname, `${hostname}\n`),
    ...(isLive ? [] : [{ kind: 'set-hostname', hostname } as const]),
  ];
}

function planHosts({ hostname, network }: MachineConfig, files: FirstBootFiles): Action[] {
  if (hostname === null) return [];
  const address = ownAddressOf(network) ?? addressOfNobody;
  return planFile('/etc/hosts', files.hosts, withHostEntry(files.hosts, address, hostname));
}

/** It is posted once all stages of the boot are done, by the stage of that name. */
function planOutcome({ outcome }: MachineConfig, { outcomeDue }: FirstBootFiles): Action[] {
  if (outcome === null) return [];
  const content = renderOutcomeDue(outcome);
  if (outcomeDue === content.reveal()) return [];
  return [
    { kind: 'make-directory', path: '/gandi', mode: 0o700 },
    { kind: 'write-file', path: outcomeDuePath, content, mode: 0o600, enforceMode: true },
  ];
}

function planFile(path: string, now: string | undefined, content: string): Action[] {
  return now === content ? [] : [{ kind: 'write-file', path, content, mode: 0o644 }];
}
