/** Where the files of an architecture lie below the TFTP root. To add one: a line here. */
export const layouts = {
  /** The first version of maas-import-pxe-files, June 2012. */
  base: (arch: string) => `maas/${arch}/base`,
  /** The version that MAAS took over: the sub-architecture is called `generic`. */
  generic: (arch: string) => `maas/${arch}/generic`,
  /** MAAS from August 2012 on, whose TFTP root is its own. */
  flat: (arch: string) => `${arch}/generic`,
} as const satisfies Record<string, (arch: string) => string>;

export type LayoutName = keyof typeof layouts;

export function isLayoutName(name: string): name is LayoutName {
  return Object.hasOwn(layouts, name);
}

/** By distribution: the folder of its installer below `images/netboot`, and where its archive is. To add one: a line here. */
export const distributions = {
  ubuntu: { installer: 'ubuntu-installer', archive: 'http://archive.ubuntu.com/ubuntu/dists' },
  debian: { installer: 'debian-installer', archive: 'http://deb.debian.org/debian/dists' },
} as const satisfies Record<string, { readonly installer: string; readonly archive: string }>;

export type DistributionName = keyof typeof distributions;

export function isDistributionName(name: string): name is DistributionName {
  return Object.hasOwn(distributions, name);
}

/** The two files that make one version of a release, in the order in which the original fetches them. */
export const imageFiles = ['initrd.gz', 'linux'] as const;

export const loaderFile = 'pxelinux.0';
