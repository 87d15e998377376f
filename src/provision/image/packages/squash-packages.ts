import { type Distribution, mappedNames, type PackageMap } from './package-map.ts';
import { conditionsHold } from './package-condition.ts';
import { type PackagePhase, packagePhases, type PackageWish } from './package-installs.ts';

type Environment = Readonly<Record<string, string>>;

/** Names of packages as the distribution knows them, each once and in the order in which elements name them. */
export interface PhasePackages {
  readonly install: readonly string[];
  readonly uninstall: readonly string[];
}

/**
 * What is installed and taken away in each phase: the wishes that apply, under the names of the distribution. A package
 * that an element wants for good is not taken away for another.
 * @param maps of elements that have one, by name
 * @throws AgentError `image.package-condition`, `image.package-installs`
 */
export function squashPackages(
  wishes: readonly PackageWish[],
  maps: ReadonlyMap<string, PackageMap>,
  environment: Environment,
): ReadonlyMap<PackagePhase, PhasePackages> {
  const meant = wishes.filter((wish) => applies(wish, environment));
  const distribution = { name: environment.DISTRO_NAME ?? '', release: environment.DIB_RELEASE ?? '' };
  const namesOf = (wish: PackageWish) => namesFor(wish, maps, distribution);
  const wantedForGood = new Set(meant.filter(({ does }) => does === 'install').map(({ name }) => name));
  return new Map(
    packagePhases.map((phase) => {
      const ofPhase = meant.filter((wish) => wish.phase === phase);
      const installed = ofPhase.filter(({ does }) => does !== 'uninstall');
      const taken = ofPhase.filter(({ does, name }) => does !== 'install' && !wantedForGood.has(name));
      return [phase, { install: once(installed.flatMap(namesOf)), uninstall: once(taken.flatMap(namesOf)) }] as const;
    }),
  );
}

/** DIB_INSTALLTYPE_ and the element's name, with a low line for each dash. */
export function installTypeVariable(element: string): string {
  return `DIB_INSTALLTYPE_${element.replaceAll('-', '_')}`;
}

function applies(wish: PackageWish, environment: Environment): boolean {
  const { architectures, otherArchitectures, installType, pythonVersion } = wish;
  const arch = environment.ARCH ?? '';
  const type = environment[installTypeVariable(wish.element)] ?? environment.DIB_DEFAULT_INSTALLTYPE ?? 'source';
  return (
    (architectures?.includes(arch) ?? true) &&
    !otherArchitectures?.includes(arch) &&
    (installType === undefined || installType === type) &&
    (pythonVersion === undefined || pythonVersion === (environment.DIB_PYTHON_VERSION ?? '')) &&
    conditionsHold(wish, environment)
  );
}

function namesFor(wish: PackageWish, maps: ReadonlyMap<string, PackageMap>, distribution: Distribution): string[] {
  const map = maps.get(wish.element);
  return (map === undefined ? undefined : mappedNames(map, wish.name, distribution)) ?? [wish.name];
}

function once(names: readonly string[]): string[] {
  return [...new Set(names)];
}
