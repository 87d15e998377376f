import { endingOf, makingOf, type OutputType } from './output-types.ts';

/** The name of the disk among several that outputs are called by; the others get their name added. */
export function mainDisk(names: readonly string[]): string | undefined {
  return names.includes('image0') ? 'image0' : names[0];
}

/**
 * Where an output is.
 * @param target absolute path of the outputs without what their types add
 * @param disk the name of a disk that is not the main one
 */
export function outputPath(target: string, type: OutputType, disk?: string): string {
  return `${target}${disk === undefined ? '' : `-${disk}`}.${endingOf(type)}`;
}

/** Where all outputs of a type are: one of the tree, or one of each disk. */
export function outputPaths(target: string, type: OutputType, disks: readonly string[]): string[] {
  if (makingOf(type).from === 'tree') return [outputPath(target, type)];
  const main = mainDisk(disks);
  return disks.map((name) => outputPath(target, type, name === main ? undefined : name));
}
