import type { NetworkFile } from './network-tool.ts';
import { isAbout } from '../network-config/file-links.ts';

/** The files of somebody else that are about this link: they win. */
export function foreignFilesOf(
  files: readonly NetworkFile[],
  link: { readonly name: string; readonly macAddress: string | null },
): NetworkFile[] {
  return files.filter((file) => file.links.some((said) => isAbout(said, link)) && !file.isOurs);
}
