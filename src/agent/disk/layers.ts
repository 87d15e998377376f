import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import type { System } from '../../core/system/system.ts';

/** A device that lies on others, as a mount or a swap area names it. */
export interface Layer {
  readonly path: string;
  readonly majorMinor: string;
}

// LVM on LUKS on md is four deep. The kernel builds no circles; a tree that is not one is given up.
const maximalDepth = 16;

/**
 * What is built on a disk and its partitions, however deep: LVM, md, LUKS, bcache. A volume of LVM or LUKS is there by both of its
 * names. Documentation/ABI/stable/sysfs-block has `holders`.
 */
export async function observeLayers(system: System, family: readonly Pick<BlockDevice, 'holders'>[]): Promise<Layer[]> {
  const layers: Layer[] = [];
  let names = family.flatMap(({ holders }) => holders);
  for (let depth = 0; names.length > 0 && depth < maximalDepth; depth += 1) {
    const found = await Promise.all([...new Set(names)].map((name) => observeLayer(system, name)));
    layers.push(...found.flatMap(({ devices }) => devices));
    names = found.flatMap(({ holders }) => holders);
  }
  return layers;
}

async function observeLayer({ files }: System, name: string): Promise<{ devices: Layer[]; holders: string[] }> {
  const folder = `/sys/class/block/${name}`;
  const attribute = async (file: string) => (await files.read(`${folder}/${file}`).catch(() => undefined))?.trim();
  const majorMinor = await attribute('dev');
  if (majorMinor === undefined) return { devices: [], holders: [] };
  const mapperName = await attribute('dm/name');
  const paths = [`/dev/${name.replaceAll('!', '/')}`, ...(mapperName ? [`/dev/mapper/${mapperName}`] : [])];
  return {
    devices: paths.map((path) => ({ path, majorMinor })),
    holders: await files.list(`${folder}/holders`),
  };
}
