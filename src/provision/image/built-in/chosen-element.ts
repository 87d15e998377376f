import { join } from 'node:path';
import { fileText } from '../../../core/system/own-tree.ts';

/** An element of a build. */
export interface ChosenElement {
  readonly name: string;
  readonly folder: string;
}

/** The folder among the hooks with tables for programs inside the image. */
export const tablesFolder = 'gandi-tables';

export interface ElementFile {
  readonly element: string;
  readonly path: string;
  readonly text: string;
}

/** The files of this name that elements have, in the order of the elements. */
export async function filesNamed(elements: readonly ChosenElement[], name: string): Promise<ElementFile[]> {
  const found = await Promise.all(
    elements.map(async ({ name: element, folder }): Promise<ElementFile[]> => {
      const path = join(folder, name);
      const text = await fileText(path);
      return text === undefined ? [] : [{ element, path, text }];
    }),
  );
  return found.flat();
}
