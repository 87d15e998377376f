import { stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runOnHost } from './host-command.ts';
import { makeDiskOverlay } from './disk-overlay.ts';

/** A disk of a guest whose every write and flush is written down. */
export interface RecordedDisk {
  /** As it was before the guest wrote to it. */
  readonly image: string;
  /** What the guest writes to, in front of the image. */
  readonly overlay: string;
  readonly log: string;
  readonly rootBytes: number;
  readonly swapBytes: number;
}

/** Puts root and swap onto one disk, so that their writes have one order: its first part is one device of the guest, its second the other. */
export async function makeRecordedDisk(folder: string, rootImage: string, swapImage: string): Promise<RecordedDisk> {
  const image = join(folder, 'one-disk.img');
  const overlay = join(folder, 'one-disk.qcow2');
  const { size: rootBytes } = await stat(rootImage);
  const { size: swapBytes } = await stat(swapImage);
  await runOnHost('cp', ['--sparse=always', '--reflink=auto', rootImage, image]);
  await truncate(image, rootBytes + swapBytes);
  const seek = ['bs=1M', `seek=${rootBytes}`, 'oflag=seek_bytes', 'conv=notrunc,sparse', 'status=none'];
  await runOnHost('dd', [`if=${swapImage}`, `of=${image}`, ...seek]);
  await makeDiskOverlay(image, overlay);
  const log = join(folder, 'writes.log');
  await writeFile(log, '');
  return { image, overlay, log, rootBytes, swapBytes };
}

/** Arguments of QEMU for both devices; each lets the other write to what is below both. QEMU has no flush of its own below the log: that costs time and shows nothing. */
export function recordedDiskArguments({ overlay, log, rootBytes, swapBytes }: RecordedDisk): string[] {
  const part = (id: string, offset: number, size: number) => [
    ...['-blockdev', `driver=raw,node-name=${id},file=recorder,offset=${offset},size=${size}`],
  ];
  return [
    ...['-blockdev', `driver=qcow2,node-name=disk,cache.no-flush=on,file.driver=file,file.filename=${overlay}`],
    ...['-blockdev', `driver=file,node-name=log,cache.no-flush=on,filename=${log}`],
    ...['-blockdev', 'driver=blklogwrites,node-name=recorder,file=disk,log=log'],
    ...part('root', 0, rootBytes),
    ...['-device', 'virtio-blk-pci,drive=root,serial=lab-root,share-rw=on'],
    ...part('swap', rootBytes, swapBytes),
    ...['-device', 'virtio-blk-pci,drive=swap,serial=gandiswap,share-rw=on'],
  ];
}
