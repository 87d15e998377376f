import type { Action, Step } from './actions.ts';
import type { AgentError } from '../../core/error/agent-error.ts';
import type { PayloadLocation } from '../../core/payload/payload-location.ts';
import { decideFormat, payloadStanding } from '../swap-disk/format-decision.ts';
import type { SwapCandidate } from '../swap-disk/swap-designation.ts';
import { hasSwapSignature, isDiskOf } from '../swap-disk/swap-rows.ts';
import type { FirstBootFiles } from './first-boot-files.ts';
import type { KernelModulesFacts } from '../kernel/kernel-modules.ts';
import type { SwapDiskFacts } from '../swap-disk/swap-disk.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { SwapPayload } from '../sources/swap-payload.ts';
import type { Plan } from '../action/plan.ts';
import { keepingEdits } from './keep-edits.ts';
import { describeLeftAlone } from './left-alone.ts';
import { planConfiguration, usesDhcpFallback } from './plan-configuration.ts';
import { planStoredPayload } from './plan-stored-payload.ts';
import { gandiConfigError } from '../machine-config/gandi-schema.ts';
import { planModules } from '../kernel/plan-modules.ts';

/** The swap disk, and the payload on it with what it is applied to. Without a payload, as in most boots, nothing else is looked at. */
export type BootstrapFacts = { readonly swapDisk: SwapDiskFacts } & ({ readonly payload: undefined } | ArrivedPayload);

export interface ArrivedPayload {
  readonly payload: SwapPayload;
  readonly files: FirstBootFiles;
  /** Only looked at where the payload brings modules. */
  readonly modules: KernelModulesFacts | undefined;
}

/**
 * Order is what keeps the only copy of a configuration safe: apply, commit record, wipe, format. Each of them
 * needs all before it, and a run that was cut off finds in the record where it was.
 */
export function planBootstrap(facts: BootstrapFacts, flags: Flags): Plan<Action> {
  const { swapDisk } = facts;
  if (swapDisk.designation.kind !== 'one') return { steps: [], notes: [] };
  const candidate = swapDisk.designation;
  if (facts.payload !== undefined) return planPayload(facts, candidate, swapDisk, flags);
  const { record } = swapDisk;
  const isCutOff = record !== undefined && !record.consumed && isDiskOf(record.payload, candidate.disk);
  if (isCutOff) return { steps: [planConsumption(locate(record.payload, candidate), candidate, flags)], notes: [] };
  return flags.CONFIG_SWAP ? planSwap(swapDisk, candidate) : { steps: [], notes: [] };
}

function planPayload(
  facts: ArrivedPayload,
  candidate: SwapCandidate,
  { record }: SwapDiskFacts,
  flags: Flags,
): Plan<Action> {
  const { payload } = facts;
  const location = locate(payload.location, candidate);
  const consumption = planConsumption(location, candidate, flags);
  const commit: Action = { kind: 'commit-payload', payload: location, consumed: false };
  if (record?.payload.digest === location.digest) {
    // The platform wrote the very same payload again: there is nothing to apply, but its area is to be consumed again.
    const reopened = record.consumed ? [{ name: 'commit', actions: [commit] }] : [];
    return { steps: [...reopened, consumption], mistakes: mistakesOf(payload) };
  }
  const script = payload.script === undefined ? null : { payload: location, digest: payload.script.digest };
  const modules = planModules(payload.modules, location, facts.modules, flags);
  const scope = { isNew: true, dhcpFallback: usesDhcpFallback('swap-payload', payload.mistakes, flags) };
  const configuration = [
    planStoredPayload(payload.configText, script, facts.files),
    ...planConfiguration(payload.config, flags, facts.files, scope),
  ];
  // Without a record a stored configuration is the old agent's, unless it is this one: a first boot that was cut off.
  const { storedConfig } = facts.files;
  const isFirst = record === undefined && (storedConfig === undefined || storedConfig === payload.configText);
  return {
    steps: [
      ...(isFirst ? configuration : keepingEdits(configuration)),
      ...modules.steps,
      { name: 'commit', actions: [commit], needsAllBefore: true },
      consumption,
    ],
    notes: [
      ...payload.warnings,
      ...describeLeftAlone(payload.config, flags, facts.files, scope),
      ...(modules.notes ?? []),
    ],
    mistakes: mistakesOf(payload),
  };
}

function mistakesOf({ mistakes }: SwapPayload): AgentError[] {
  return mistakes.length === 0 ? [] : [gandiConfigError(mistakes, 'gandi/config')];
}

function planConsumption(payload: PayloadLocation, candidate: SwapCandidate, flags: Flags): Step {
  const actions: Action[] = [
    { kind: 'wipe-payload', payload },
    ...(flags.CONFIG_SWAP ? [planMakeSwap(candidate, 'payload-was-here')] : []),
    { kind: 'commit-payload', payload, consumed: true },
    ...(flags.CONFIG_SWAP ? [planEnableSwap(candidate)] : []),
  ];
  return { name: 'swap disk', actions, needsAllBefore: true };
}

/** No payload on this boot: swap that is there is enabled, and only what is proven blank is formatted. */
function planSwap(swapDisk: SwapDiskFacts, candidate: SwapCandidate): Plan<Action> {
  const { swapDevice, disk } = candidate;
  const name = 'swap disk';
  if (swapDisk.swaps.some(({ path }) => path === swapDevice.path)) return { steps: [], notes: [] };
  if (hasSwapSignature(swapDisk.swapDeviceSignatures)) {
    return { steps: [{ name, actions: [planEnableSwap(candidate)] }], notes: [] };
  }
  const target = { device: swapDevice.name, disk: disk.name, diskSequence: disk.diskSequence };
  const decision = decideFormat({ target, facts: swapDisk, payload: payloadStanding(swapDisk) });
  if (!decision.allowed)
    return { steps: [], notes: [`${swapDevice.path} is left alone: ${decision.because} (${decision.code})`] };
  return {
    steps: [{ name, actions: [planMakeSwap(candidate, decision.reason), planEnableSwap(candidate)] }],
    notes: [],
  };
}

function planMakeSwap(
  { disk, swapDevice }: SwapCandidate,
  reason: 'payload-was-here' | 'gandiswap-partition' | 'blank',
): Action {
  return { kind: 'make-swap', device: swapDevice.name, disk: disk.name, diskSequence: disk.diskSequence, reason };
}

function planEnableSwap({ swapDevice }: SwapCandidate): Action {
  return { kind: 'enable-swap', device: swapDevice.name };
}

/** The same bytes on the disk as it is known in this boot: kernel names and DISKSEQ are given again in each. */
function locate(
  { offset, length, digest }: Pick<PayloadLocation, 'offset' | 'length' | 'digest'>,
  { disk }: SwapCandidate,
): PayloadLocation {
  return { disk: disk.name, diskSequence: disk.diskSequence, serial: disk.serial, offset, length, digest };
}
