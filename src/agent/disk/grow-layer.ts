import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import type { Mount } from '../../core/block-device/mounts.ts';
import { decide, decideAlways } from '../../core/decision/decision-table.ts';
import { oneAtATime } from '../../core/system/one-at-a-time.ts';
import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';
import { assemblyTable } from '../stack/assembly-decision.ts';
import { layerGrowthTable } from '../stack/growth-decision.ts';
import type { Member } from '../stack/member.ts';
import { readDiskRecords } from './disk-records.ts';
import { isKeptAbove } from './mount-above.ts';
import { type Growing, observeGrowth } from './observe-layer-growth.ts';
import { unlockedBy } from './open-container.ts';
import { lookAtLayerDevice } from './look-at-layer-device.ts';
import { observeMemberOf } from './observe-member.ts';
import { observeGround } from './observe-stack.ts';
import { readAssignments } from './read-assignments.ts';
import { requireSameDisk } from './require-same-disk.ts';

/** Has a layer use all of a device that has grown beneath it, and an only logical volume all of its group. */
export interface GrowLayer {
  readonly kind: 'grow-layer';
  readonly layer: Member['kind'];
  readonly device: string;
  readonly disk: string;
  readonly diskSequence: number | null;
}

export const growLayerKind: ActionKind<GrowLayer> = {
  kind: 'grow-layer',
  describe: ({ layer, device }) => `grow the ${layer} layer on ${device}, if ${device} has outgrown it`,
  deviceOf: ({ device }) => device,
  apply: growLayer,
};

// A mirror writes its description to both members first.
const growSeconds = 120;

// Per machine: the work on one keeps no other waiting.
const turns = new WeakMap<System, ReturnType<typeof oneAtATime<'lvm' | 'md'>>>();

/**
 * Volume groups and arrays grow one after the other. Where two disks of one have grown, LVM would take the extents of the other disk for
 * space that somebody keeps back, or find them taken, and md refuses while it copies (tried). LUKS shares nothing, and does not wait for a
 * disk that hangs.
 * @throws AgentError `disk.replaced`, `process.*`
 */
function growLayer(action: GrowLayer, system: System): Promise<void> {
  const grow = () => growNow(action, system);
  if (action.layer === 'luks') return grow();
  const inTurn = turns.get(system) ?? oneAtATime<'lvm' | 'md'>();
  turns.set(system, inTurn);
  return inTurn(action.layer, grow);
}

/** Asks the whole table of docs/decisions/layer-growth.md right before. What is left as it is has its reason in the journal. */
async function growNow(action: GrowLayer, system: System): Promise<void> {
  const { device, layer } = action;
  const { properties, mounts, seen } = await lookAtLayerDevice(system, device, layer);
  const member = seen === undefined ? undefined : await observeMemberOf(system, layer, seen, properties, mounts);
  if (seen === undefined || member === undefined) return;
  const growing = await observeGrowth(system, member, seen, mounts);
  if (growing === undefined) return;
  // It is open by its own name.
  const refusal = decide(assemblyTable, member.kind === 'luks' ? { ...member, isNameTaken: false } : member);
  const isKept =
    isKeptAbove(seen.device, await readDiskRecords(system)) || (await isKeptByFile(seen.device, mounts, system));
  const facts = { ...growing.facts, refusal: refusal?.because, isSystemDisk: seen.isSystemDisk, isKept };
  const { outcome, because, code } = decideAlways(layerGrowthTable, facts);
  if (outcome === 'leave') {
    if (code !== 'filled') system.journal.info(`${device}: what lies on it does not grow: ${because}`, { device });
    return;
  }
  await requireSameDisk(action, 'grow', system);
  for (const [tool, ...args] of commandsFor(growing, member, device, outcome === 'grow-layer-and-volume')) {
    await system.processes.run(tool, args, { timeoutSeconds: growSeconds });
  }
}

/** What lies on it may not be mounted yet, or be left alone for another reason: an assignment counts before its mount too. */
async function isKeptByFile({ holders }: BlockDevice, mounts: readonly Mount[], system: System): Promise<boolean> {
  const assignments = await readAssignments(system);
  const above = new Set(holders);
  for (const name of above) {
    if ((await observeGround(system, name, mounts, assignments)).keptBy !== undefined) return true;
    for (const holder of await system.files.list(`/sys/class/block/${name}/holders`)) above.add(holder);
  }
  return false;
}

type CommandLine = readonly [tool: string, ...args: string[]];

/** Without a size each of them grows to the end of what it lies on, and never shrinks: pvresize(8), cryptsetup-resize(8), mdadm(8). */
function commandsFor(growing: Growing, member: Member, device: string, withVolume: boolean): CommandLine[] {
  switch (member.kind) {
    case 'lvm': {
      const extend: CommandLine = ['lvm', 'lvextend', '--extents', '+100%FREE', '--', growing.top];
      return [['lvm', 'pvresize', '--', device], ...(withVolume ? [extend] : [])];
    }
    case 'luks': {
      return [['cryptsetup', 'resize', ...unlockedBy(member), '--', growing.top]];
    }
    case 'md':
      return [['mdadm', '--grow', growing.top, '--size=max']];
  }
}
