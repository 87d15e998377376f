/** The kinds of entries that a description of block devices may have, from the disk up. */
export const plugins = ['local_loop', 'partitioning', 'lvm', 'mkfs', 'mount', 'fstab'] as const;

export type Plugin = (typeof plugins)[number];

export function isPlugin(name: string): name is Plugin {
  return (plugins as readonly string[]).includes(name);
}
