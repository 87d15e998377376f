/** Distributions that are one family in maps of packages and services. */
const families: Readonly<Record<string, readonly string[]>> = {
  redhat: ['almalinux', 'centos', 'centos7', 'fedora', 'openeuler', 'rhel', 'rhel7', 'rocky'],
  debian: ['debian', 'ubuntu'],
  suse: ['opensuse', 'suse'],
  gentoo: ['gentoo'],
};

/** The family of a distribution, `debian` for `ubuntu`; undefined if it has none. */
export function familyOf(distribution: string): string | undefined {
  return Object.keys(families).find((family) => families[family]?.includes(distribution));
}

/** Each distribution with its family. */
export const familyRows: readonly (readonly [distribution: string, family: string])[] = Object.entries(
  families,
).flatMap(([family, members]) => members.map((member) => [member, family] as const));
