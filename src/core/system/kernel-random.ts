import { constants } from 'node:fs';
import { loadFunctions } from './c-library.ts';
import type { Files } from './files.ts';

// random(4): has what was written to the pool count at once, and not only at the next reseeding.
const RNDRESEEDCRNG = 0x5207;

const functions = { ioctl: { arguments: ['i32', 'u64'], return: 'i32' } } as const;

/**
 * Mixes what only this machine knows into the kernel's pool, and has the kernel seed its random numbers from the pool at once:
 * machines that were resumed from one memory would otherwise be given the same ones. What is mixed in are bytes of the platform's generator,
 * where there is one, and the time of several clocks, which count as no entropy.
 * @returns whether the kernel did it; false on a Node that cannot call the function of the C library
 */
export async function reseedKernelRandom(files: Files): Promise<boolean> {
  const c = loadFunctions(functions);
  if (c === undefined) return false;
  await using pool = await files.open('/dev/urandom', constants.O_WRONLY);
  await pool.write(Buffer.concat([await platformBytes(files), clocks()]));
  return c.ioctl(pool.fd, BigInt(RNDRESEEDCRNG)) === 0;
}

/** Bytes of the running kernel. Those of node:crypto come of a seed that was taken when this process first asked. */
export async function kernelRandom(files: Files, length: number): Promise<Buffer> {
  await using pool = await files.open('/dev/urandom', constants.O_RDONLY);
  const { buffer } = await pool.read(Buffer.alloc(length));
  return buffer;
}

/** hwrng of the kernel: virtio-rng of a virtual machine, or an instruction of its processor. */
async function platformBytes(files: Files): Promise<Uint8Array> {
  try {
    await using generator = await files.open('/dev/hwrng', constants.O_RDONLY | constants.O_NONBLOCK);
    const bytes = Buffer.alloc(64);
    const { bytesRead } = await generator.read(bytes);
    return bytes.subarray(0, bytesRead);
  } catch {
    return new Uint8Array();
  }
}

function clocks(): Uint8Array {
  return Buffer.from(`${Date.now()} ${process.hrtime.bigint()} ${performance.now()}`);
}
