import type { Action, Step } from './actions.ts';
import { observeNetworkFamily } from '../simple-init/network-family.ts';
import { observeNetworkFiles } from '../network/network-tool.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { NetworkModel } from '../network-config/model.ts';
import type { NetworkTool } from '../network-config/network-tools.ts';
import { wayOutOf } from '../network/way-out.ts';
import { observeSimpleInit } from '../simple-init/observe.ts';
import { planSimpleInit } from '../simple-init/plan.ts';
import type { SimpleInitOptions } from '../simple-init/options.ts';
import { findConfigDrive, readConfigDrive } from '../sources/config-drive.ts';
import { emptyOpenstackConfig, type OpenstackConfig } from '../sources/openstack-files.ts';
import { readAppliedRecord } from '../swap-disk/applied-record.ts';
import { driveRecordPath, readDriveRecord, renderDriveRecord } from '../sources/drive-record.ts';
import { digestOf, readWrittenFiles, writtenFilesPath } from '../network/written-files.ts';
import type { System } from '../../core/system/system.ts';
import type { Plan } from '../action/plan.ts';

interface ConfigDrivePlan extends Plan<Action> {
  readonly model?: NetworkModel;
}

const nothing: Plan<Action> = { steps: [], notes: [] };

/**
 * What is left to do about a config-drive, and about NICs that nothing describes; changes nothing. A drive is applied
 * once: what the admin changes afterwards stays, until the cloud says something new.
 * @throws AgentError `config-drive.invalid`
 */
export async function planConfigDrive(system: System, flags: Flags): Promise<ConfigDrivePlan> {
  const isAsked = flags.CONFIG_SOURCE === 'auto' || flags.CONFIG_SOURCE === 'config-drive';
  if (!isAsked) return nothing;
  const device = await findConfigDrive(system);
  const hasPayload = flags.CONFIG_SOURCE === 'auto' && (await readAppliedRecord(system)) !== undefined;
  if (hasPayload) {
    const notes = device === undefined ? [] : [payloadWins(device)];
    return { steps: flags.CONFIG_NETWORK ? [await planWithdrawal(system)] : [], notes };
  }
  const drive = device === undefined ? emptyOpenstackConfig : await readConfigDrive(system, device);
  const isNew = device !== undefined && (await readDriveRecord(system)) !== drive.digest;
  return isNew || flags.CONFIG_DHCP_FALLBACK ? await planDrive(system, drive, isNew, flags) : nothing;
}

/**
 * What is left to do about a drive that was attached to the running machine. Its network is put in place on trial, as
 * the machine may be reached by what it replaces.
 * @throws AgentError `config-drive.invalid`
 */
export async function planAttachedDrive(system: System, flags: Flags): Promise<Plan<Action>> {
  const plan = await planConfigDrive(system, { ...flags, CONFIG_DHCP_FALLBACK: false });
  const { tool } = await observeNetworkFiles(system);
  return tool === null ? plan : { ...plan, steps: plan.steps.map((step) => onTrial(step, tool, plan.model)) };
}

function onTrial(step: Step, tool: NetworkTool, model: NetworkModel | undefined): Step {
  const files = step.actions
    .filter((action) => action.kind === 'write-file')
    .filter(({ path }) => path !== writtenFilesPath);
  const isNetwork = step.name === 'network' && files.length > 0;
  if (!isNetwork || model === undefined) return step;
  const others = step.actions.filter((action) => !files.some((file) => file === action));
  const changes = files.map(({ path, mode, content }) => ({ path, mode, content: String(content) }));
  const links = model.links.map(({ name }) => name);
  return {
    ...step,
    actions: [...others, { kind: 'change-network', tool: tool.name, files: changes, links, wayOut: wayOutOf(model) }],
  };
}

function payloadWins(device: string): string {
  return `${device}: this machine was configured by a payload, which comes before a config-drive; CONFIG_SOURCE=config-drive changes that`;
}

/** What was written before there was a payload would configure the same interfaces a second time. */
async function planWithdrawal(system: System): Promise<Step> {
  const written = await readWrittenFiles(system);
  const removals: Action[] = [];
  for (const [path, digests] of Object.entries(written)) {
    const text = await system.files.read(path);
    if (text !== undefined && digests.includes(digestOf(text))) removals.push({ kind: 'remove-file', path });
  }
  // The record goes last: a run that was cut off finds in it what is left to remove.
  const isRecorded = Object.keys(written).length > 0;
  const record: Action[] = isRecorded ? [{ kind: 'remove-file', path: writtenFilesPath }] : [];
  return { name: 'network of before', actions: [...removals, ...record] };
}

async function planDrive(
  system: System,
  drive: OpenstackConfig,
  isNew: boolean,
  flags: Flags,
): Promise<ConfigDrivePlan> {
  const family = await observeNetworkFamily(system);
  if (family === undefined && !isNew) return nothing;
  const facts = await observeSimpleInit(system, drive, family ?? null);
  const plan = planSimpleInit(facts, optionsOf(flags, isNew));
  return {
    steps: [...plan.steps, ...(isNew ? [commit(drive)] : [])],
    notes: isNew ? [...plan.notes] : [],
    model: plan.model,
  };
}

/** Without a new drive only NICs that nothing describes are looked after. */
function optionsOf(flags: Flags, isNew: boolean): SimpleInitOptions {
  return {
    noop: false,
    root: '/',
    distro: null,
    interface: null,
    ssh: isNew && flags.CONFIG_SSH_KEYS,
    hostname: isNew && flags.CONFIG_HOSTNAME,
    skipNetwork: !flags.CONFIG_NETWORK,
    useNetworkManager: false,
    skipDns: !isNew || !flags.CONFIG_NAMESERVER,
    dhcpFallback: flags.CONFIG_DHCP_FALLBACK,
    debug: false,
  };
}

function commit({ digest }: OpenstackConfig): Step {
  const content = renderDriveRecord(digest);
  return {
    name: 'commit',
    needsAllBefore: true,
    actions: [
      { kind: 'make-directory', path: '/var/lib/gandi', mode: 0o700 },
      { kind: 'write-file', path: driveRecordPath, content, mode: 0o600 },
    ],
  };
}
