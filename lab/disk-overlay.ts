import { runOnHost } from './host-command.ts';

/** Makes a disk that holds what was written to it, in front of a raw image. */
export async function makeDiskOverlay(image: string, target: string): Promise<void> {
  await runOnHost('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', image, '-F', 'raw', target]);
}
