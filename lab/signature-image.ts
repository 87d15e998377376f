import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** What a disk carries that holds no file system itself, as blkid(8) recognises it. */
const signatures = {
  /** struct luks_phdr: magic, version 1, and the UUID at 168 (cryptsetup, docs/on-disk-format.pdf). */
  crypto_LUKS: () => {
    const header = Buffer.alloc(592);
    header.write('LUKS\xba\xbe\0\x01', 'latin1');
    header.write('8e7e26a3-1f6b-4b0c-9f3e-2d7c5a1b0e11', 168);
    return header;
  },
  /** A label in the second sector (lvm2, lib/format_text/layout.h); its sum is CRC-32 from 0xf597a6cf, not inverted at the end. */
  LVM2_member: () => {
    const sector = Buffer.alloc(512);
    sector.write('LABELONE');
    sector.writeBigUInt64LE(1n, 8);
    sector.writeUInt32LE(32, 20);
    sector.write('LVM2 001', 24);
    sector.write('kYq3Zc0aWm5Rt7Uv1Xy2Ab4Cd6Ef8Gh9', 32);
    const start = 0xf597a6cf;
    sector.writeUInt32LE(~crc32(sector.subarray(20), ~start >>> 0) >>> 0, 16);
    return Buffer.concat([Buffer.alloc(512), sector]);
  },
} satisfies Record<string, () => Buffer>;

/** Writes a raw image of 64 MiB that carries only the signature. */
export async function makeSignatureImage(type: keyof typeof signatures, image: string): Promise<string> {
  const file = await open(image, 'w');
  try {
    await file.truncate(64 * 1024 * 1024);
    await file.write(signatures[type](), 0, undefined, 0);
  } finally {
    await file.close();
  }
  return image;
}
