import { relative } from 'node:path';
import type { Files } from '../../../core/system/files.ts';
import type { BootChoice } from './choose-boot.ts';
import type { Menu } from './menu.ts';

/** Where the files of the store are on this server. */
export const filesPath = '/files/';

/** A store: a folder whose files everybody may have who reaches the server. */
export interface Store {
  /** Of the folder as it was named. */
  readonly folder: string;
  /** The machine's files with the store as their root: a link never leads out of it. */
  readonly files: Files;
}

/**
 * The path of a file below the store with every link followed, or undefined where there is no such file.
 * @param path below the store, without `..`
 */
export async function resolveFile({ folder, files }: Store, path: string): Promise<string | undefined> {
  const resolved = relative(folder, await files.hostPath(`/${path}`));
  const status = await files.status(`/${resolved}`);
  return status?.type === 'file' ? resolved : undefined;
}

/**
 * The menu of a choice. Links are followed now, once for kernel and initrd: a release that is switched while a machine
 * boots gives it no kernel of one version and initrd of another.
 */
export async function menuOf(store: Store, choice: BootChoice, server: string): Promise<Menu> {
  if (choice.kind === 'local') return choice;
  const paths = [choice.kernel, ...choice.initrds];
  const resolved = await Promise.all(paths.map((path) => resolveFile(store, path)));
  const missing = paths.find((_, index) => resolved[index] === undefined);
  if (missing !== undefined) return { kind: 'missing', path: missing };
  const [kernel = '', ...initrds] = resolved.map((path) => `${filesPath}${path}`);
  return { ...choice, kernel, initrds, arguments: choice.arguments.replaceAll('{server}', server) };
}
