import { mergeServices, readServiceMap, serviceTable } from '../packages/service-map.ts';
import type { OwnHookContext } from '../phases/run-phase.ts';
import { writeInTree } from '../root/write-in-tree.ts';
import { type ChosenElement, filesNamed } from './chosen-element.ts';

/** Writes what services are called on the image's distribution into the image. */
export async function mergeServiceMaps(
  elements: readonly ChosenElement[],
  { environment, folders }: OwnHookContext,
): Promise<void> {
  const files = await filesNamed(elements, 'svc-map');
  const maps = files.map(({ element, text, path }) => readServiceMap(element, text, path));
  const services = serviceTable(mergeServices(maps, environment.DISTRO_NAME ?? ''));
  await writeInTree(folders.tree, '/usr/share/svc-map/services', services);
}
