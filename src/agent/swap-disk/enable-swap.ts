import { AgentError } from '../../core/error/agent-error.ts';
import { decideEnable } from './enable-decision.ts';
import { observeSwaps } from '../../core/block-device/mounts.ts';
import { observeSwapDesignation, observeSwapDisk } from './swap-disk.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import { withDeviceLock } from '../../core/block-device/device-lock.ts';
import { refusal } from './swap-refusal.ts';
import type { ActionKind } from '../action/kind.ts';

export interface EnableSwap {
  readonly kind: 'enable-swap';
  readonly device: string;
}

export const enableSwapKind: ActionKind<EnableSwap> = {
  kind: 'enable-swap',
  describe: (action) => `enable swap /dev/${action.device}`,
  deviceOf: (action) => `/dev/${action.device}`,
  apply: enableSwap,
};

/**
 * Enables the swap device; nothing to do if it is active, or the tree is not of a running machine. Looks again under
 * the disk's lock: swapon(8) would format a device with a suspended system, and swap overwrites all that it is given.
 * @throws AgentError exit status 4 for a row of docs/decisions/swap-disk.md that refuses
 */
export async function enableSwap({ device }: EnableSwap, system: System): Promise<void> {
  if (!isRunningMachine(system)) return;
  // Only for the lock: what is decided by is looked at once the disk is locked.
  const { designation } = await observeSwapDesignation(system);
  if (designation.kind === 'one') await withDeviceLock(system, designation.disk.path, () => enable(device, system));
  else await enable(device, system);
}

async function enable(device: string, system: System): Promise<void> {
  const facts = await observeSwapDisk(system);
  const decision = decideEnable(device, facts);
  if (!decision.allowed) throw refusal(decision, `/dev/${device}`, system);
  if (decision.already || facts.designation.kind !== 'one') return;
  const { path } = facts.designation.swapDevice;
  await system.processes.run('swapon', ['--', path]);
  await verify(system, path);
}

async function verify(system: System, path: string): Promise<void> {
  if ((await observeSwaps(system)).some((swap) => swap.path === path)) return;
  throw new AgentError('enabled it as swap, and it is not among the active ones', {
    code: 'swap-disk.not-enabled',
    subject: path,
    remedy: 'see the kernel log with `dmesg`',
  });
}
