import type { FileHandle } from 'node:fs/promises';
import type { System } from '../../../../src/core/system/system.ts';

const sectorSize = 512;

export class PowerCut extends Error {}

/**
 * This machine, but power fails right after the given number of writes and fsyncs on one device. Until an fsync, what
 * was written lies in a cache: when power fails, `survives` says of each cached sector whether it reached the medium,
 * as a disk may write its cache in any order.
 */
export function failingPower(
  system: System,
  devicePath: string,
  steps: number,
  survives: (sector: number) => boolean,
): System {
  let left = steps;
  const cache = new Map<number, Buffer>();
  const step = async (handle: FileHandle) => {
    left -= 1;
    if (left >= 0) return;
    await store(handle, cache, survives);
    throw new PowerCut();
  };
  const open: System['files']['open'] = async (path, flags) => {
    const handle = await system.files.open(path, flags);
    if (path !== devicePath) return handle;
    return new Proxy(handle, {
      get(target, key) {
        if (key === 'write') {
          return async (bytes: Buffer, from: number, length: number, position: number) => {
            for (let done = 0; done < length; done += sectorSize) {
              cache.set(position + done, Buffer.from(bytes.subarray(from + done, from + done + sectorSize)));
            }
            await step(target);
            return { bytesWritten: length, buffer: bytes };
          };
        }
        if (key === 'sync') {
          return async () => {
            await step(target);
            await store(target, cache, () => true);
          };
        }
        const value = Reflect.get(target, key);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  };
  return { ...system, files: { ...system.files, open } };
}

async function store(
  handle: FileHandle,
  cache: Map<number, Buffer>,
  survives: (sector: number) => boolean,
): Promise<void> {
  for (const [position, sector] of cache) {
    if (survives(position / sectorSize)) await handle.write(sector, 0, sector.length, position);
  }
  cache.clear();
  await handle.sync();
}
