import type { InstalledPackage } from '../inspect/installed-packages.ts';
import { version } from '../../../core/version.ts';
import type { BuiltImage, BuiltSystem } from './image-description.ts';

/**
 * All packages of an image for machines: CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/). It has neither a date nor a
 * random serial number, so that two builds of one input stay the same.
 */
export function billOfMaterials({ name, files, system }: BuiltImage) {
  const hashes = files.flatMap(({ digest }) => (digest === undefined ? [] : [{ alg: 'SHA-256', content: digest }]));
  const [first] = hashes;
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      tools: { components: [{ type: 'application', name: 'gandi-provision', version }] },
      component: {
        type: 'operating-system',
        'bom-ref': name,
        name,
        ...(system.release === '' ? {} : { version: system.release }),
        ...(first === undefined ? {} : { hashes: [first] }),
      },
    },
    components: system.packages.map((each) => component(each, system)),
  };
}

function component(found: InstalledPackage, system: BuiltSystem) {
  const reference = purl(found, system);
  return {
    type: 'library',
    'bom-ref': reference,
    name: found.name,
    version: found.version,
    purl: reference,
  };
}

/** https://github.com/package-url/purl-spec, type deb. */
function purl({ name, version: of, architecture }: InstalledPackage, { id, release }: BuiltSystem): string {
  const distribution = release === '' ? id : `${id}-${release}`;
  const qualifiers = [`arch=${architecture}`, ...(id === '' ? [] : [`distro=${encodeURIComponent(distribution)}`])];
  const vendor = id === '' ? 'debian' : encodeURIComponent(id);
  return `pkg:deb/${vendor}/${encodeURIComponent(name)}@${encodeURIComponent(of)}?${qualifiers.join('&')}`;
}
