import type { Entry, Settings } from './read-entries.ts';

/** What a build says of the root file system; it counts where the description says nothing. */
export interface RootParameters {
  readonly label?: string | undefined;
  /** FS_TYPE. */
  readonly fileSystem: string;
  /** Words for mkfs. */
  readonly options?: readonly string[] | undefined;
}

/** The flat list with what the build says of whatever is mounted at `/`; where nothing is, of `mkfs_root`. */
export function withRootParameters(entries: readonly Entry[], parameters: RootParameters): Entry[] {
  const mounted = entries.flatMap(({ mount }) => (mount?.mount_point === '/' ? [mount.base] : []));
  const roots: readonly unknown[] = mounted.length > 0 ? mounted : ['mkfs_root'];
  return entries.map((entry) => {
    const { mkfs } = entry;
    return mkfs !== undefined && roots.includes(mkfs.name) ? { mkfs: completed(mkfs, parameters) } : entry;
  });
}

function completed(settings: Settings, { fileSystem, label, options }: RootParameters): Settings {
  const type = settings.type ?? fileSystem;
  const chosen = label ?? (settings.name === 'mkfs_root' ? defaultRootLabel(type) : undefined);
  return {
    ...(chosen === undefined ? {} : { label: chosen }),
    ...(options === undefined ? {} : { opts: options.join(' ') }),
    type,
    ...settings,
  };
}

/** The label of a root file system for which nobody has chosen one; the first does not fit xfs. */
function defaultRootLabel(type: unknown): string {
  return type === 'xfs' ? 'img-rootfs' : 'cloudimg-rootfs';
}

/** Used where neither the caller nor an element describes the block device: one file system and no table. */
export const bareFileSystem = `
- local_loop:
    name: image0
    mkfs:
      name: mkfs_root
      mount:
        mount_point: /
        fstab:
          options: defaults
          fsck-passno: 1
`;

export interface RootOptions {
  readonly fileSystem: string;
  readonly journalMib: number;
  /** Of `--max-online-resize`: blocks. */
  readonly maxOnlineResize?: string | undefined;
  /** Of `--mkfs-options`. */
  readonly own: readonly string[];
}

/** Words for mkfs of the root file system: on ext4 an inode for each 4 KiB and a journal that can take a large resize. */
export function rootFileSystemOptions({ fileSystem, journalMib, maxOnlineResize, own }: RootOptions): string[] {
  return [
    ...(maxOnlineResize === undefined ? [] : ['-E', `resize=${maxOnlineResize}`]),
    ...(fileSystem === 'ext4' ? ['-i', '4096', '-J', `size=${journalMib}`] : []),
    ...own,
  ];
}
