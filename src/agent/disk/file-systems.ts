export type GrowthTool = 'resize2fs' | 'xfs_growfs' | 'btrfs';

/** What the agent knows about a type of file system that a data disk may carry. */
export interface FileSystemTraits {
  /** The type that mount(8) is told. */
  readonly driver: string;
  /** Mount options that the type gets beside the admin's. */
  readonly options: readonly string[];
  /**
   * What it gets beside those where nothing may be written to its device, whose journal is not replayed then: ext4(5), xfs(5),
   * btrfs(5). null where no way is known to mount it without a write.
   */
  readonly withoutWriting: readonly string[] | null;
  /** What a copy gets while its original is mounted; null where the kernel cannot have both. */
  readonly besideOriginal: readonly string[] | null;
  /** It may carry a block by which machines tell each other that they have it mounted: multiple mount protection (MMP) of ext4(5). */
  readonly hasMmp: boolean;
  /** Mounted read-only whatever the options say. */
  readonly readOnly: boolean;
  /** What grows it while it is mounted; null if nothing does. */
  readonly growth: GrowthTool | null;
  /** The kernel makes it no larger before its device has this many bytes. */
  readonly leastGrownBytes: number;
}

const plain = {
  options: [],
  readOnly: false,
  growth: null,
  leastGrownBytes: 0,
  withoutWriting: [],
  besideOriginal: [],
  hasMmp: false,
} as const;

// ext4(5): stop writing at the first sign of damage.
const ext = { ...plain, options: ['errors=remount-ro'], growth: 'resize2fs', hasMmp: true } as const;

/**
 * The types that are mounted, and no others: each one opens a driver of the kernel to the one who made the disk. The
 * key is ID_FS_TYPE of udev. To add one: a line here, a test that mounts it.
 */
const fileSystems: Readonly<Record<string, FileSystemTraits>> = {
  ext2: { ...ext, driver: 'ext2' },
  ext3: { ...ext, driver: 'ext3', withoutWriting: ['noload'] },
  ext4: { ...ext, driver: 'ext4', withoutWriting: ['noload'] },
  xfs: { ...plain, driver: 'xfs', growth: 'xfs_growfs', withoutWriting: ['norecovery'], besideOriginal: ['nouuid'] },
  btrfs: {
    ...plain,
    driver: 'btrfs',
    growth: 'btrfs',
    // btrfs_ioctl_resize() in fs/btrfs/ioctl.c answers EINVAL below; tried on Linux 6.1.
    leastGrownBytes: 256 * 2 ** 20,
    withoutWriting: ['rescue=nologreplay'],
    besideOriginal: null,
  },
  f2fs: { ...plain, driver: 'f2fs', withoutWriting: null },
  // These two keep no owners: without a mask of their own they would take the umask of the agent.
  vfat: { ...plain, driver: 'vfat', options: ['umask=022'] },
  ntfs: { ...plain, driver: 'ntfs3', options: ['umask=022'], withoutWriting: null },
  iso9660: { ...plain, driver: 'iso9660', readOnly: true },
};

/** ID_FS_TYPE of every type that is mounted. */
export const mountedTypes = Object.keys(fileSystems);

export function fileSystemTraits(type: string): FileSystemTraits | undefined {
  return Object.hasOwn(fileSystems, type) ? fileSystems[type] : undefined;
}
