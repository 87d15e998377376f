import { AgentError } from '../../core/error/agent-error.ts';
import { decideFormat, type FormatReason, payloadStanding } from './format-decision.ts';
import { withReservedRange } from './swap-header.ts';
import { observeBlockDevices } from '../../core/block-device/block-devices.ts';
import { observeSignatures } from '../../core/block-device/signatures.ts';
import { observeSwapDisk, type SwapDiskFacts } from './swap-disk.ts';
import { payloadOffset, payloadSearchLength } from '../../core/payload/payload-offset.ts';
import type { System } from '../../core/system/system.ts';
import { claimDevice, withDeviceLock } from '../../core/block-device/device-lock.ts';
import { refusal, requireDevice } from './swap-refusal.ts';
import type { ActionKind } from '../action/kind.ts';

/** Formats a block device as swap. DESTRUCTIVE: the handler checks the whole table of docs/decisions/swap-disk.md first. */
export interface MakeSwap {
  readonly kind: 'make-swap';
  /** Kernel name of what becomes swap: the whole disk or its `gandiswap` partition. */
  readonly device: string;
  readonly disk: string;
  readonly diskSequence: number | null;
  /** What proves that the device may be formatted; the handler looks for the proof again, under the lock. */
  readonly reason: FormatReason;
}

const proofInWords: Readonly<Record<FormatReason, string>> = {
  'payload-was-here': 'the payload was on it',
  'gandiswap-partition': 'it is the partition gandiswap',
  blank: 'it is blank',
};

export const makeSwapKind: ActionKind<MakeSwap> = {
  kind: 'make-swap',
  describe: (action) => `format /dev/${action.device} as swap: ${proofInWords[action.reason]}`,
  deviceOf: (action) => `/dev/${action.device}`,
  apply: makeSwap,
};

// A header is one page long, and this is the longest of them.
const largestPage = 65_536;

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
    await reservePayloadRange(system, path, await startOf(action.device, system));
    await verify(system, path);
  });
}

/** @returns the device node of what may be formatted */
async function requireAllowed(action: MakeSwap, system: System): Promise<string> {
  const { path } = await requireDevice(system, action.device);
  // Let go of at the end: mkswap(8) claims the device itself, and would not get it from us. The lock stays.
  await using _ = await claimDevice(system, path).catch(async (busy: unknown) => {
    requireRow(action, await observeSwapDisk(system), path, system);
    throw busy;
  });
  const { reason, row } = requireRow(action, await observeSwapDisk(system), path, system);
  if (reason !== action.reason) throw otherProof(action, row, path, system);
  return path;
}

/** The row that allows it by the facts of this moment. */
function requireRow(action: MakeSwap, facts: SwapDiskFacts, path: string, system: System) {
  const decision = decideFormat({ target: action, facts, payload: payloadStanding(facts) });
  if (!decision.allowed) throw refusal(decision, path, system);
  return decision;
}

function otherProof({ reason }: MakeSwap, row: number, path: string, system: System): AgentError {
  const because = `what allowed it when it was planned (${reason}) is not what would allow it now`;
  return refusal({ allowed: false, row, code: 'swap-disk.changed', because }, path, system);
}

/** @returns where the device begins on its whole disk, in bytes */
async function startOf(name: string, system: System): Promise<number> {
  const device = (await observeBlockDevices(system)).find((each) => each.name === name);
  return device?.partition?.startBytes ?? 0;
}

/** No page of memory may ever be swapped out to where the next boot looks for a payload. */
async function reservePayloadRange(system: System, path: string, start: number): Promise<void> {
  const from = payloadOffset - start;
  if (from + payloadSearchLength <= 0) return;
  await using device = await claimDevice(system, path);
  const { buffer } = await device.read(Buffer.alloc(largestPage), 0, largestPage, 0);
  const header = withReservedRange(buffer, from, payloadSearchLength);
  if (header === undefined) throw notFormatted(path, 'and then found no new swap header');
  await device.write(header, 0, header.length, 0);
  await device.sync();
}

async function verify(system: System, path: string): Promise<void> {
  const found = (await observeSignatures(system, path)).map(({ type }) => type);
  if (found.length === 1 && found[0] === 'swap') return;
  throw notFormatted(path, `and then found ${found.join(', ') || 'nothing'} on it`);
}

function notFormatted(path: string, finding: string): AgentError {
  return new AgentError(`formatted it as swap, ${finding}`, {
    code: 'swap-disk.not-formatted',
    subject: path,
    remedy: 'look for errors of this disk with `dmesg`',
  });
}
