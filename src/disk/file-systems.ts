/** What the agent knows about a type of file system that a data disk may carry. */
export interface FileSystemTraits {
  /** Mount options that the type gets beside the admin's. */
  readonly options: readonly string[];
}

/**
 * The types that are mounted, and no others: each one opens a driver of the kernel to whoever made the disk.
 * To add one: a line here, a test that mounts it.
 */
const fileSystems: Readonly<Record<string, FileSystemTraits>> = {
  // ext4(5): stop writing at the first sign of damage.
  ext2: { options: ['errors=remount-ro'] },
  ext3: { options: ['errors=remount-ro'] },
  ext4: { options: ['errors=remount-ro'] },
};

export function fileSystemTraits(type: string): FileSystemTraits | undefined {
  return Object.hasOwn(fileSystems, type) ? fileSystems[type] : undefined;
}
