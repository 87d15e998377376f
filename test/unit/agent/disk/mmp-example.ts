/** Numbers of Documentation/filesystems/ext4/mmp.rst. */
export const sequences = { clean: 0xff4d4d50, checked: 0xe24d4d50 } as const;

/** The first 4096 bytes of an ext4 with blocks of 4096 bytes, whose MMP block is number 1059. */
export function superblockWith(changes: { incompat?: number; logBlock?: number; block?: number } = {}): Buffer {
  const bytes = Buffer.alloc(4096);
  const at = bytes.subarray(1024);
  at.writeUInt16LE(0xef53, 0x38);
  at.writeUInt32LE(changes.logBlock ?? 2, 0x18);
  at.writeUInt32LE(changes.incompat ?? 0x100, 0x60);
  at.writeUInt16LE(5, 0x166);
  at.writeBigUInt64LE(BigInt(changes.block ?? 1059), 0x168);
  return bytes;
}

/** An MMP block as the kernel writes it. */
export function mmpBlockWith(sequence: number, changes: { node?: string; interval?: number } = {}): Buffer {
  const block = Buffer.alloc(4096);
  block.writeUInt32LE(0x004d4d50, 0);
  block.writeUInt32LE(sequence, 4);
  block.writeBigUInt64LE(1795956694n, 8);
  block.write(changes.node ?? 'web-1', 0x10);
  block.write('sdb', 0x50);
  block.writeUInt16LE(changes.interval ?? 10, 0x70);
  return block;
}
