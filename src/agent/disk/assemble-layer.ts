import { basename } from 'node:path';
import type { Mount } from '../../core/block-device/mounts.ts';
import { decide } from '../../core/decision/decision-table.ts';
import { withSharedDeviceLock } from '../../core/block-device/device-lock.ts';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';
import { assemblyTable, describeKeeper } from '../stack/assembly-decision.ts';
import { mapperNameOf } from '../stack/luks-container.ts';
import type { ContainerMember, Member } from '../stack/member.ts';
import { openContainer } from './open-container.ts';
import { lookAtLayerDevice } from './look-at-layer-device.ts';
import { observeMember } from './observe-member.ts';
import { observeGround } from './observe-stack.ts';
import { readAssignments } from './read-assignments.ts';
import { requireSameDisk } from './require-same-disk.ts';

/** Puts together, or opens, what a data disk is a part of: a volume group, a LUKS container, an array. Nothing is ever made. */
export interface AssembleLayer {
  readonly kind: 'assemble-layer';
  readonly layer: Member['kind'];
  readonly device: string;
  readonly disk: string;
  readonly diskSequence: number | null;
  /** Of a LUKS container, which is open only for reading then. */
  readonly isReadOnly: boolean;
}

export const assembleLayerKind: ActionKind<AssembleLayer> = {
  kind: 'assemble-layer',
  describe: ({ layer, device }) => `${verbs[layer]} ${device}`,
  deviceOf: ({ device }) => device,
  apply: assembleLayer,
};

const verbs = {
  lvm: 'activate the volume group of',
  luks: 'open the LUKS container',
  md: 'assemble the array of',
} as const;

// A key is made slow to try on purpose, and an emulated machine is slow by itself.
const assemblySeconds = 120;

/**
 * Asks the whole table of docs/decisions/layer-assembly.md once more, right before. The disk's lock keeps a release of the disk away
 * meanwhile, which would take it out beneath what is opened.
 * @throws AgentError `disk.replaced`, `layer.refused`, `device.locked`, `process.*`
 */
function assembleLayer(action: AssembleLayer, system: System): Promise<void> {
  return withSharedDeviceLock(system, action.disk, () => assembleLocked(action, system));
}

async function assembleLocked(action: AssembleLayer, system: System): Promise<void> {
  const { device, layer } = action;
  const { properties, mounts, seen } = await lookAtLayerDevice(system, device, layer);
  const member = await observeMember(system, [layer], seen, properties, mounts);
  // Somebody was faster: LVM and mdadm have rules of their own.
  if (member === undefined) return;
  const refusal = decide(assemblyTable, member);
  if (refusal !== undefined) throw refused(device, refusal.because);
  await requireNotKept(action, mounts, system);
  await requireSameDisk(action, 'open', system);
  if (member.kind === 'luks') {
    const how = { mapping: mapperNameOf(seen?.uuid ?? ''), isReadOnly: action.isReadOnly };
    await openContainer(system, member, device, how);
    return;
  }
  const [tool, ...args] = commandFor(member);
  await system.processes.run(tool, args, { timeoutSeconds: assemblySeconds });
}

/** A file that was written since the disk was looked at counts: what is opened for writing is written to. */
async function requireNotKept(
  { device, isReadOnly }: AssembleLayer,
  mounts: readonly Mount[],
  system: System,
): Promise<void> {
  const { keptBy } = await observeGround(system, basename(device), mounts, await readAssignments(system));
  if (keptBy === undefined || (isReadOnly && !keptBy.isMistaken)) return;
  throw refused(device, describeKeeper(keptBy, device));
}

type CommandLine = readonly [tool: string, ...args: string[]];

/** vgchange(8), mdadm(8). */
function commandFor(member: Exclude<Member, ContainerMember>): CommandLine {
  switch (member.kind) {
    case 'lvm': {
      const whole = ['--activationmode', 'complete'];
      return ['lvm', 'vgchange', '--activate', 'y', ...whole, '--select', `vg_uuid=${member.group?.uuid}`];
    }
    case 'md': {
      const name = `/dev/md/${(member.uuid ?? '').slice(0, 8)}`;
      const paths = member.present.map(({ path }) => path);
      return ['mdadm', '--assemble', '--no-degraded', `--uuid=${member.uuid}`, '--', name, ...paths];
    }
  }
}

function refused(device: string, because: string): AgentError {
  return new AgentError(`cannot open it: ${because}`, {
    code: 'layer.refused',
    subject: device,
    remedy: `see \`gandi-agent disk explain ${device}\``,
    exitCode: ExitCode.refusedToProtectData,
  });
}
