import type { OwnHook } from '../phases/run-phase.ts';
import type { ChosenElement } from './chosen-element.ts';
import { enableInstallTypes } from './enable-install-types.ts';
import { makeManifestFolder, saveManifests } from './keep-manifests.ts';
import { mergeServiceMaps } from './merge-service-maps.ts';
import { squashPackageInstalls } from './squash-package-installs.ts';
import { writePackageMaps } from './write-package-maps.ts';

/** A part of an element of ours that the builder does itself. */
interface BuiltInHook {
  readonly element: string;
  readonly phase: OwnHook['phase'];
  readonly name: string;
  readonly run: (elements: readonly ChosenElement[], context: Parameters<OwnHook['run']>[0]) => Promise<void>;
}

/** All parts of elements of ours that are not scripts. To add one: its file here, a line in this list. */
const builtInHooks: readonly BuiltInHook[] = [
  { element: 'pkg-map', phase: 'extra-data.d', name: '10-create-pkg-map-dir', run: writePackageMaps },
  { element: 'svc-map', phase: 'extra-data.d', name: '10-merge-svc-map-files', run: mergeServiceMaps },
  { element: 'manifests', phase: 'extra-data.d', name: '20-manifest-dir', run: makeManifestFolder },
  { element: 'manifests', phase: 'cleanup.d', name: '01-copy-manifests-dir', run: saveManifests },
  { element: 'install-types', phase: 'extra-data.d', name: '99-enable-install-types', run: enableInstallTypes },
  { element: 'package-installs', phase: 'extra-data.d', name: '99-squash-package-install', run: squashPackageInstalls },
];

/** The parts for the elements of a build, except those of elements that the caller brings under the same name. */
export function ownHooks(elements: readonly (ChosenElement & { readonly isBuiltIn: boolean })[]): OwnHook[] {
  const builtIn = new Set(elements.filter(({ isBuiltIn }) => isBuiltIn).map(({ name }) => name));
  return builtInHooks
    .filter(({ element }) => builtIn.has(element))
    .map(({ phase, name, run }) => ({ phase, name, run: (context) => run(elements, context) }));
}
