export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
}

/** The packages that are installed, sorted, from /var/lib/dpkg/status; see dpkg-query(1). */
export function installedPackages(status: string): InstalledPackage[] {
  const packages = status.split(/\n{2,}/).flatMap((paragraph) => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(paragraph)?.[1] ?? '';
    // The third word is the state: `install ok installed`.
    if (field('Status').split(' ')[2] !== 'installed') return [];
    return [{ name: field('Package'), version: field('Version'), architecture: field('Architecture') }];
  });
  return packages.sort((one, other) => (one.name < other.name ? -1 : 1));
}
