import type { DiskLayout } from '../block-device/layout.ts';

/** Sectors of 512 bytes that no partition with content uses. */
export interface EmbeddingRoom {
  readonly start: number;
  readonly sectors: number;
}

const biosBoot = '21686148-6449-6E6F-744E-656564454649';

/** Where GRUB's core goes: the BIOS boot partition of a GPT, or the gap before the first partition of an MBR. */
export function embeddingRoom({ table, sectorBytes }: DiskLayout): EmbeddingRoom | undefined {
  if (table === null || sectorBytes !== 512) return undefined;
  if (table.label === 'gpt') {
    const partition = table.partitions.find(({ type }) => type === biosBoot);
    return partition === undefined ? undefined : { start: partition.start, sectors: partition.sectors };
  }
  const first = Math.min(...table.partitions.map(({ start }) => start));
  return first > 1 && Number.isFinite(first) ? { start: 1, sectors: first - 1 } : undefined;
}

// Offsets in boot.img and in the first sector of core.img; GRUB 2.06, include/grub/i386/pc/boot.h.
const parameterBlock = { start: 0x03, end: 0x5a };
const kernelSector = 0x5c;
const driveCheck = 0x66;
const partitionTable = { start: 0x1b8, end: 0x1fe };
const blockList = 512 - 12;
/** Paragraph at which the sectors after the first are loaded. */
const loadSegment = 0x820;
const noOperations = 0x9090;

export interface EmbeddedGrub {
  /** The first of the disk. */
  readonly sector: Buffer;
  /** From the start of the room. */
  readonly coreSectors: Buffer;
}

/**
 * The sectors of GRUB for a disk as grub-bios-setup would write them: boot.img with the place of the core in it, around the
 * table that is there; the core with the place of its own rest.
 */
export function embedGrub(old: Uint8Array, boot: Uint8Array, core: Uint8Array, room: EmbeddingRoom): EmbeddedGrub {
  const sector = Buffer.from(boot);
  for (const { start, end } of [parameterBlock, partitionTable]) sector.set(old.subarray(start, end), start);
  sector.writeBigUInt64LE(BigInt(room.start), kernelSector);
  // Some firmware tells the wrong drive; a disk that is no floppy needs no check of it.
  sector.writeUInt16LE(noOperations, driveCheck);
  const length = Math.ceil(core.length / 512);
  const coreSectors = Buffer.alloc(length * 512);
  coreSectors.set(core);
  coreSectors.writeBigUInt64LE(BigInt(room.start + 1), blockList);
  coreSectors.writeUInt16LE(length - 1, blockList + 8);
  coreSectors.writeUInt16LE(loadSegment, blockList + 10);
  return { sector, coreSectors };
}
