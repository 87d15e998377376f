import type { MakeSwap } from '../action.ts';
import { AgentError } from '../agent-error.ts';
import { decideFormat, payloadStanding } from '../disk/format-decision.ts';
import { observeSignatures } from '../facts/signatures.ts';
import { observeSwapDisk } from '../facts/swap-disk.ts';
import type { System } from '../system/system.ts';
import { claimDevice, withDeviceLock } from './device-lock.ts';
import { refusal, requireDevice } from './swap-refusal.ts';

/**
 * Formats a device as swap, after everything that speaks for and against it was looked at again under the disk's lock
 * and with the device claimed. mkswap(8) is never forced.
 * @throws AgentError exit status 4 for a row of docs/decisions/swap-disk.md that refuses; nothing was changed then
 */
export async function makeSwap(action: MakeSwap, system: System): Promise<void> {
  const disk = await requireDevice(system, action.disk);
  await withDeviceLock(system, disk.path, async () => {
    const path = await requireAllowed(action, system);
    await system.processes.run('mkswap', ['--label', 'swap', '--', path]);
    await verify(system, path);
  });
}

/** @returns the device node of what may be formatted */
async function requireAllowed(action: MakeSwap, system: System): Promise<string> {
  const { path } = await requireDevice(system, action.device);
  const claim = await claimDevice(system, path).catch(async (busy: unknown) => {
    await decideNow(action, path, system);
    throw busy;
  });
  try {
    const { reason, row } = await decideNow(action, path, system);
    if (reason !== action.reason) throw otherProof(action, row, path, system);
  } finally {
    // mkswap(8) claims the device itself, and would not get it from us. The lock stays.
    await claim.close();
  }
  return path;
}

async function decideNow(action: MakeSwap, path: string, system: System) {
  const facts = await observeSwapDisk(system);
  const decision = decideFormat({ target: action, facts, payload: payloadStanding(facts) });
  if (!decision.allowed) throw refusal(decision, path, system);
  return decision;
}

function otherProof({ reason }: MakeSwap, row: number, path: string, system: System): AgentError {
  const because = `what allowed it when it was planned (${reason}) is not what would allow it now`;
  return refusal({ allowed: false, row, code: 'swap-disk.changed', because }, path, system);
}

async function verify(system: System, path: string): Promise<void> {
  const found = (await observeSignatures(system, path)).map(({ type }) => type);
  if (found.length === 1 && found[0] === 'swap') return;
  throw new AgentError(`formatted it as swap, and then found ${found.join(', ') || 'nothing'} on it`, {
    code: 'swap-disk.not-formatted',
    subject: path,
    remedy: 'look for errors of this disk with `dmesg`',
  });
}
