import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { Secret } from '../../core/secret/secret.ts';
import type { Plan } from '../action/plan.ts';
import type { Flags } from '../flags/flag-table.ts';
import { emptyMachineConfig } from '../machine-config/machine-config.ts';
import { mistakesError } from '../machine-config/parsed-config.ts';
import { driveRecordPath, renderDriveRecord } from '../sources/drive-record.ts';
import type { ReadDrive } from '../sources/read-drive.ts';
import type { Action, Step } from './actions.ts';
import type { FirstBootFiles } from './first-boot-files.ts';
import { keepingEdits } from './keep-edits.ts';
import { describeLeftAlone } from './left-alone.ts';
import type { DriveFacts, FoundDrive } from './observe-drive.ts';
import { planConfiguration, planNetworkOf, usesDhcpFallback } from './plan-configuration.ts';

/**
 * What is left to do about a drive, and about NICs that nothing describes. A drive is applied once: what the admin changes
 * afterwards stays, until the platform says something new.
 * @param facts undefined where the flags allow no drive
 */
export function planDrive(facts: DriveFacts | undefined, flags: Flags): Plan<Action> {
  if (facts === undefined) return { steps: [] };
  const { device, notes } = facts;
  if (facts.hasPayload) return { steps: [], notes: device === undefined ? notes : [...notes, payloadWins(device)] };
  const { drive, record, recorded, files } = facts;
  if (drive !== undefined && drive.digest !== record?.digest) return planNewDrive(drive, facts, flags);
  if (!flags.CONFIG_DHCP_FALLBACK) return { steps: [], notes };
  const config = drive?.parsed.config ?? recorded?.config ?? emptyMachineConfig;
  return { steps: [planNetworkOf(config, flags, files, { isNew: false, dhcpFallback: true })], notes };
}

/** What is left to do about a drive that was attached to the running machine: NICs that nothing describes have had their turn. */
export function planAttachedDrive(facts: DriveFacts | undefined, flags: Flags): Plan<Action> {
  return planDrive(facts, { ...flags, CONFIG_DHCP_FALLBACK: false });
}

function payloadWins(device: string): string {
  return `${device}: not read, because a payload has configured this machine; to have the drive applied, set CONFIG_SOURCE to config-drive or nocloud, and CONFIG_DRIVE_DEVICE to its name under /dev/disk/by-path`;
}

function planNewDrive(drive: ReadDrive, { record, files, notes }: FoundDrive, flags: Flags): Plan<Action> {
  const { config, warnings, mistakes, script } = drive.parsed;
  const scope = { isNew: true, dhcpFallback: usesDhcpFallback(drive.source.name, mistakes, flags) };
  const steps = [...planConfiguration(config, flags, files, scope), planScript(script, files, record !== undefined)];
  const isUndrawn = flags.CONFIG_NETWORK && files.network.tool === null && config.network.links.length > 0;
  return {
    steps: [...(record === undefined ? steps : keepingEdits(steps)), ...(isUndrawn ? [] : [planCommit(drive)])],
    notes: [...notes, ...warnings, ...describeLeftAlone(config, flags, files, scope)],
    mistakes: [
      ...(mistakes.length === 0 ? [] : [driveMistakes(drive)]),
      ...(isUndrawn ? [noNetworkTool(drive.device)] : []),
    ],
  };
}

/** The customer's script, which postboot runs once. That of an earlier drive goes: it is not run for this one. */
function planScript(script: string | null, { storedScriptText }: FirstBootFiles, hadDrive: boolean): Step {
  const name = 'stored script';
  if (script === null && hadDrive && storedScriptText !== undefined)
    return { name, actions: [{ kind: 'remove-file', path: '/gandi/script' }] };
  if (script === null || storedScriptText === script) return { name, actions: [] };
  return {
    name,
    actions: [
      { kind: 'make-directory', path: '/gandi', mode: 0o700 },
      { kind: 'write-file', path: '/gandi/script', content: new Secret(script), mode: 0o700, enforceMode: true },
    ],
  };
}

function planCommit({ source, digest, texts }: ReadDrive): Step {
  const content = renderDriveRecord({ source: source.name, digest, texts });
  return {
    name: 'commit',
    needsAllBefore: true,
    actions: [
      { kind: 'make-directory', path: '/var/lib/gandi', mode: 0o700 },
      { kind: 'write-file', path: driveRecordPath, content, mode: 0o600, enforceMode: true },
    ],
  };
}

function driveMistakes({ source, device, parsed }: ReadDrive): AgentError {
  return mistakesError(parsed.mistakes, {
    code: `${source.name}.invalid`,
    subject: device,
    remedy: 'correct it on the platform, then rebuild the drive and boot again',
  });
}

/** Nothing is recorded as done, so that the next boot tries again. */
function noNetworkTool(device: string): AgentError {
  return new AgentError('cannot configure the network that the drive describes: nothing here does so', {
    code: 'network.no-tool',
    subject: device,
    remedy: 'install and enable one of netplan, ifupdown, NetworkManager, systemd-networkd, wicked and network-scripts',
    exitCode: ExitCode.stepFailed,
  });
}
