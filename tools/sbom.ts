import type { BundledPackage } from './third-party-notices.ts';

/**
 * What the executable is made of, for machines: CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/). It carries neither a
 * date nor a random serial number, so that two builds of one source stay the same.
 */
export function renderSbom(
  product: { name: string; version: string; license: string },
  packages: readonly BundledPackage[],
): string {
  const sbom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: component('application', product) },
    components: packages.map((each) => component(isNode(each) ? 'platform' : 'library', each)),
    dependencies: [{ ref: purl(product), dependsOn: packages.map(purl) }],
  };
  return `${JSON.stringify(sbom, undefined, 2)}\n`;
}

function component(type: string, { name, version, license }: { name: string; version: string; license: string }) {
  const reference = purl({ name, version });
  return { type, 'bom-ref': reference, name, version, licenses: [{ expression: license }], purl: reference };
}

/** https://github.com/package-url/purl-spec: the at sign of a scope is escaped. */
function purl({ name, version }: { name: string; version: string }): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

function isNode({ name }: BundledPackage): boolean {
  return name.startsWith('node-linux-');
}
