import { installedDocuments } from '../../core/error/installed-documents.ts';
import type { Action } from './actions.ts';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { decideFormat } from '../swap-disk/format-decision.ts';
import { refuseDesignation } from '../swap-disk/swap-rows.ts';
import { observeFirstBootFiles } from './first-boot-files.ts';
import { observeKernelModules } from '../kernel/kernel-modules.ts';
import { observeSwapDisk, type SwapDiskFacts } from '../swap-disk/swap-disk.ts';
import type { Flags } from '../flags/flag-table.ts';
import { readSwapPayload, type SwapPayload } from '../sources/swap-payload.ts';
import type { System } from '../../core/system/system.ts';
import type { Plan } from '../action/plan.ts';
import { type BootstrapFacts, planBootstrap } from './plan.ts';

/**
 * The swap disk and the payload on it, and what a configuration is applied to.
 * @throws AgentError for a payload that cannot be read
 */
export async function observeSwapPart(system: System, flags: Flags): Promise<BootstrapFacts> {
  const swapDisk = await observeSwapDisk(system);
  const isSource = flags.CONFIG_SOURCE === 'auto' || flags.CONFIG_SOURCE === 'swap-payload';
  const payload = isSource ? await readPayload(system, swapDisk) : undefined;
  if (payload === undefined) return { swapDisk, payload };
  const userNames = payload.config.users.map(({ name }) => name);
  const files = await observeFirstBootFiles(system, userNames);
  const modules = payload.modules.length > 0 ? await observeKernelModules(system) : undefined;
  return { swapDisk, payload, files, modules };
}

/**
 * What is left to do about the swap disk and the payload on it.
 * @throws AgentError for what makes it impossible to decide, with the row of docs/decisions/swap-disk.md
 */
export function planSwapPart(facts: BootstrapFacts, flags: Flags): Plan<Action> {
  requireOneSwapDisk(facts.swapDisk);
  if (facts.payload !== undefined) requireNothingForeign(facts.swapDisk);
  return planBootstrap(facts, flags);
}

/** Several candidates, or a flag that lets the content of a disk decide: the admin has to say which one is meant. */
function requireOneSwapDisk(facts: SwapDiskFacts): void {
  if (facts.designation.kind === 'one' || facts.designation.kind === 'none') return;
  const { code, because } = refuseDesignation(facts);
  throw new AgentError(because, {
    code,
    subject: 'swap disk',
    remedy: 'set CONFIG_SWAP_DEVICE to a name under /dev/disk/by-path, then run `gandi-agent bootstrap`',
    exitCode: ExitCode.refusedToProtectData,
  });
}

/**
 * A disk that carries more than a payload and swap is not what it was taken for: nothing is believed that stands on
 * it, and nothing is overwritten. Rows up to 9 of the table are about the moment (mounted, in use) and judged at the act.
 */
function requireNothingForeign(facts: SwapDiskFacts): void {
  if (facts.designation.kind !== 'one') return;
  const { disk, swapDevice } = facts.designation;
  const target = { device: swapDevice.name, disk: disk.name, diskSequence: disk.diskSequence };
  const decision = decideFormat({ target, facts, payload: 'here' });
  if (decision.allowed || decision.row < 10) return;
  throw new AgentError(`its payload is not applied: ${decision.because}`, {
    code: decision.code,
    subject: swapDevice.path,
    remedy: `see what is on it with \`wipefs --no-act\`; ${installedDocuments}/decisions/swap-disk.md says what is accepted`,
    exitCode: ExitCode.refusedToProtectData,
  });
}

async function readPayload(
  system: System,
  { designation, payloadArea }: SwapDiskFacts,
): Promise<SwapPayload | undefined> {
  if (designation.kind !== 'one' || payloadArea === 'wiping') return undefined;
  return readSwapPayload(system, designation.disk);
}
