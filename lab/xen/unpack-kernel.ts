import { readFile, rm, writeFile } from 'node:fs/promises';
import { runOnHost } from '../host-command.ts';

/**
 * Unpacks a kernel that is packed with XZ, as Debian 12's is, so that nobody has to do that under emulation.
 * Where the packed ELF file begins and ends in it: Documentation/arch/x86/boot.rst, `setup_sects`, `payload_offset`, `payload_length`.
 * @throws Error if it is packed in another way
 */
export async function unpackKernel(kernel: string, target: string): Promise<void> {
  const image = await readFile(kernel);
  const start = ((image[0x1f1] || 4) + 1) * 512 + image.readUInt32LE(0x248);
  const packed = `${target}.xz`;
  await writeFile(packed, image.subarray(start, start + image.readUInt32LE(0x24c)));
  // The kernel keeps the unpacked size behind the stream.
  await runOnHost('xz', ['--decompress', '--single-stream', '--keep', packed]);
  await rm(packed);
}
