import { AgentError } from '../../../core/error/agent-error.ts';
import type { DiskLayout, Place, PlacedVolume } from '../block-device/layout.ts';
import type { BlockNode, LogicalVolumeNode, PhysicalVolumeNode } from '../block-device/nodes.ts';
import type { Segment } from './lvm-words.ts';

export interface DeviceOfVolume {
  readonly volume: PhysicalVolumeNode;
  /** Of the physical volume on its disk. */
  readonly place: Place;
  readonly device: string;
}

/**
 * The layouts with the logical volumes that LVM has made.
 * @throws AgentError `block-device.volume` for one that does not lie on its disk in one piece
 */
export function placeVolumes(
  nodes: readonly BlockNode[],
  layouts: readonly DiskLayout[],
  devices: readonly DeviceOfVolume[],
  segments: readonly Segment[],
): DiskLayout[] {
  const placed = nodes.flatMap((node) => (node.kind === 'logical-volume' ? [placeOne(node, devices, segments)] : []));
  return layouts.map((layout) => ({
    ...layout,
    volumes: placed.filter(({ disk }) => disk === layout).map(({ volume }) => volume),
  }));
}

interface OnDisk {
  readonly disk: DiskLayout;
  readonly volume: PlacedVolume;
}

function placeOne(
  { name, group }: LogicalVolumeNode,
  devices: readonly DeviceOfVolume[],
  segments: readonly Segment[],
): OnDisk {
  const pieces = segments
    .filter((segment) => segment.group === group && segment.volume === name)
    .sort((one, other) => one.start - other.start);
  const [first] = pieces;
  const place = devices.find(({ device }) => device === first?.device)?.place;
  if (first === undefined || place === undefined || !pieces.every((piece, index) => follows(piece, pieces[index - 1])))
    throw inPieces(name, pieces);
  const bytes = pieces.reduce((sum, piece) => sum + piece.bytes, 0);
  return { disk: place.disk, volume: { name, offset: place.offset + first.offset, bytes } };
}

function follows(piece: Segment, previous: Segment | undefined): boolean {
  if (piece.kind !== 'linear') return false;
  if (previous === undefined) return piece.start === 0;
  return piece.device === previous.device && piece.offset === previous.offset + previous.bytes;
}

function inPieces(name: string, pieces: readonly Segment[]): AgentError {
  const kinds = [...new Set(pieces.map(({ kind }) => kind))].join(', ') || 'of another kind';
  return new AgentError(`it does not lie on its disk in one piece (${pieces.length} pieces, ${kinds})`, {
    code: 'block-device.volume',
    subject: name,
    remedy: 'give its group one physical volume that holds it, and the volume no type but linear',
  });
}
