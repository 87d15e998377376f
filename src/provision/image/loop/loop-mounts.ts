import { join } from 'node:path';
import { type BlockDevices, mounted } from '../block-device/block-devices.ts';
import { placeOf } from '../block-device/layout.ts';
import type { Disk } from '../output/make-disks.ts';

/** A file system of a disk that is mounted in the place of its part of the tree. */
export interface LoopMount {
  readonly folder: string;
  /** The arguments of mount(8). The loop device that it makes goes with the mount. */
  readonly words: readonly string[];
}

/** The mounts of all file systems of an image, parents before children; each by a loop device of its own. */
export function loopMounts({ nodes }: BlockDevices, disks: readonly Disk[], tree: string): LoopMount[] {
  const layouts = disks.map(({ layout }) => layout);
  return mounted(nodes).flatMap(({ mount, fileSystem }) => {
    if (mount.mountPoint === 'swap') return [];
    const { disk, offset, bytes } = placeOf(layouts, fileSystem.base);
    const file = disks.find(({ layout }) => layout === disk)?.path ?? '';
    const folder = join(tree, mount.mountPoint);
    const type = fileSystem.type === 'fat' ? 'vfat' : fileSystem.type;
    const options = `loop,offset=${offset},sizelimit=${bytes}`;
    return [{ folder, words: ['-n', '-t', type, '-o', options, file, folder] }];
  });
}

/** Shows devices of this host to programs in the tree, in the small /dev that is mounted there. */
export function deviceMounts(tree: string, devices: readonly string[]): string[] {
  return ['sh', '-c', showDevices, 'sh', tree, ...devices];
}

const showDevices = `set -e
tree=$1
shift
for device; do
  : > "$tree$device"
  mount -n --bind "$device" "$tree$device"
done`;
