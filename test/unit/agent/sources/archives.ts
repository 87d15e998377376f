import { pack } from 'tar-stream';
import type { ByteReader } from '../../../../src/core/payload/payload-medium.ts';

/** A member as tar-stream's packer takes it. */
export type Entry = Parameters<ReturnType<typeof pack>['entry']>[0] & { content?: string | Uint8Array };

export const configText = '{"vm_hostname":"web1"}';

/** A payload as the platform writes it. */
export const plainEntries: readonly Entry[] = [
  { name: 'gandi/', type: 'directory' },
  { name: 'gandi/config', content: configText },
  { name: 'gandi/script', content: '#!/bin/sh\necho hello\n' },
];

/** A tar archive with its end mark. */
export async function archiveOf(entries: readonly Entry[]): Promise<Buffer> {
  const packer = pack();
  for (const { content, ...header } of entries) {
    if (content === undefined) packer.entry(header);
    else packer.entry(header, content);
  }
  packer.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of packer as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Headers about the next one, of pax (`x`, `g`) or GNU (`L`, `K`), each with its content of so many bytes. */
export function metaHeaders(type: string, count: number, bytes: number): Buffer[] {
  const header = Buffer.alloc(512);
  header.write('meta', 0);
  for (const field of [100, 108, 116]) header.write('0000644\0', field);
  header.write(`${bytes.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write(type, 156);
  header.write('ustar\x0000', 257, 'latin1');
  const record = `${bytes} k=${'v'.repeat(bytes)}`.slice(0, bytes - 1);
  const content = Buffer.alloc(Math.ceil(bytes / 512) * 512);
  content.write(type === 'L' || type === 'K' ? 'gandi/a\0' : `${record}\n`);
  return Array.from({ length: count }, () => Buffer.concat([withChecksum(header), content]));
}

/** The same block with its checksum field put right: what a forger would do. */
export function withChecksum(header: Uint8Array): Buffer {
  const block = Buffer.from(header);
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** A ByteReader over bytes in memory, followed by `zeros` of empty disk; it counts what was asked of it. */
export function memoryReader(bytes: Uint8Array, zeros = 0): ByteReader & { highest(): number; total(): number } {
  const size = bytes.length + zeros;
  let highest = 0;
  let total = 0;
  return {
    subject: 'test disk',
    read: async (position, length) => {
      const end = Math.min(position + length, size);
      highest = Math.max(highest, end);
      total += Math.max(0, end - position);
      const result = Buffer.alloc(Math.max(0, end - position));
      if (position < bytes.length) result.set(bytes.subarray(position, end));
      return result;
    },
    highest: () => highest,
    total: () => total,
  };
}
