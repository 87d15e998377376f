import { z } from 'zod';
import { AgentError } from '../../../core/error/agent-error.ts';
import { familyOf, familyRows } from './families.ts';

const names = z.record(z.string(), z.string());

/** pkg-map of an element: what a package is called where. An empty name means that nothing is to be installed. */
const packageMap = z.object({
  release: z.record(z.string(), z.record(z.string(), names)).default({}),
  distro: z.record(z.string(), names).default({}),
  family: z.record(z.string(), names).default({}),
  default: names.default({}),
});

export type PackageMap = z.infer<typeof packageMap>;

export interface Distribution {
  /** DISTRO_NAME. */
  readonly name: string;
  /** DIB_RELEASE. */
  readonly release: string;
}

/** @throws AgentError `image.package-map` */
export function readPackageMap(text: string, path: string): PackageMap {
  try {
    return packageMap.parse(JSON.parse(text));
  } catch (cause) {
    throw new AgentError('it is not a map of package names', {
      code: 'image.package-map',
      subject: path,
      remedy: 'write JSON with release, distro, family and default, each with names and what they are called',
      cause,
    });
  }
}

/** Names that stand for one name, most often one; undefined where the map does not know it. */
export function mappedNames(
  map: PackageMap,
  name: string,
  { name: distribution, release }: Distribution,
): string[] | undefined {
  const family = familyOf(distribution);
  const found =
    map.release[distribution]?.[majorRelease(release)]?.[name] ??
    map.distro[distribution]?.[name] ??
    (family === undefined ? undefined : map.family[family]?.[name]) ??
    map.default[name];
  return found?.split(/\s+/).filter((word) => word !== '');
}

/** Tables know the stream release of CentOS 8 as 8. */
function majorRelease(release: string): string {
  return release === '8-stream' ? '8' : release;
}

/**
 * The map as lines of fields with a bar between them, for the program pkg-map inside the image: kind, distribution or
 * family, release, name, and what it is called.
 */
export function packageTable({ release, distro, family, default: others }: PackageMap): string {
  const rows = [
    ...Object.entries(release).flatMap(([distribution, releases]) =>
      Object.entries(releases).flatMap(([name, row]) => rowsOf('release', distribution, name, row)),
    ),
    ...Object.entries(distro).flatMap(([name, row]) => rowsOf('distro', name, '', row)),
    ...Object.entries(family).flatMap(([name, row]) => rowsOf('family', name, '', row)),
    ...rowsOf('default', '', '', others),
    ...familyRows.map(([distribution, name]) => ['member', distribution, '', name, '']),
  ];
  return rows.map((row) => `${row.join('|')}\n`).join('');
}

function rowsOf(kind: string, of: string, release: string, row: Readonly<Record<string, string>>): string[][] {
  return Object.entries(row).map(([name, called]) => [kind, of, release, name, called]);
}
