import type { WriteFile } from '../action/write-file.ts';
import type { Action, Step } from './actions.ts';
import type { PayloadLocation } from '../../core/payload/payload-location.ts';
import type { FirstBootFiles } from './first-boot-files.ts';
import type { Link } from '../network/links.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { MachineConfig } from '../machine-config/machine-config.ts';
import { Secret } from '../../core/secret/secret.ts';
import { withHostEntry } from '../identity/hosts-file.ts';
import { planAccess } from '../access/plan-access.ts';
import { planNetwork } from '../network/plan-network.ts';
import { planResolver } from '../network/plan-resolver.ts';

/** Where a script is that may be too large to be held. */
export interface PayloadScript {
  readonly payload: PayloadLocation;
  /** sha256, in hex, of the script. */
  readonly digest: string;
}

/** A configuration as its source gave it. */
export interface ConfigurationInput {
  readonly config: MachineConfig;
  /** The source's own text, kept at /gandi/config for the stages that follow and for scripts that read it. */
  readonly configText: string;
  /** The customer's script, which postboot runs once; null for none, `stored` for the one that the machine keeps. */
  readonly script: PayloadScript | 'stored' | null;
}

/** Everything that drives the machine's files to the configuration; nothing for what is there already. */
export function planConfiguration(
  input: ConfigurationInput,
  flags: Flags,
  files: FirstBootFiles,
  links: readonly Link[],
): Step[] {
  const { config } = input;
  return [
    { name: 'stored configuration', actions: planStoredConfig(input, files) },
    { name: 'host name', actions: flags.CONFIG_HOSTNAME ? planHostname(config, files) : [] },
    { name: 'hosts', actions: flags.CONFIG_HOSTS ? planHosts(config, files) : [] },
    ...planAccess(config, flags, files.access, files.distro),
    { name: 'resolver', actions: flags.CONFIG_NAMESERVER ? planResolver(config, files.resolver) : [] },
    { name: 'network', actions: flags.CONFIG_NETWORK ? planNetwork(config, flags, files.network, links) : [] },
  ];
}

function planStoredConfig({ configText, script }: ConfigurationInput, files: FirstBootFiles): Action[] {
  const folder: Action = { kind: 'make-directory', path: '/gandi', mode: 0o700 };
  const writes: Action[] = [];
  const path = '/gandi/script';
  if (files.storedConfig !== configText) writes.push(privateFile('/gandi/config', new Secret(configText)));
  if (script !== null && script !== 'stored' && files.storedScript !== script.digest)
    writes.push({ kind: 'store-script', path, ...script });
  if (script === null && files.storedScript !== undefined) writes.push({ kind: 'remove-file', path });
  return writes.length === 0 ? [] : [folder, ...writes];
}

function privateFile(path: string, content: Secret): WriteFile {
  return { kind: 'write-file', path, content, mode: 0o600, enforceMode: true };
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

function planHosts({ hostname, interfaces }: MachineConfig, files: FirstBootFiles): Action[] {
  const address = interfaces[0]?.addresses[0]?.address;
  if (hostname === null || address === undefined) return [];
  return planFile('/etc/hosts', files.hosts, withHostEntry(files.hosts, address, hostname));
}

function planFile(path: string, now: string | undefined, content: string): Action[] {
  return now === content ? [] : [{ kind: 'write-file', path, content, mode: 0o644 }];
}
