import { ifRegular } from '../../core/system/if-regular.ts';
import type { System } from '../../core/system/system.ts';

/** Bytes. The hooks that are shipped are a shell's comments; a program of an admin's that is larger is one. */
const largestComment = 4096;

/** The path of a hook that is there and does something; a script of comments, as the shipped ones are, would be a process for nothing. */
export async function observeHook({ files }: Pick<System, 'files'>, path: string): Promise<string | undefined> {
  const status = await files.status(path);
  if (status === undefined) return undefined;
  if (status.type !== 'file' || status.size > largestComment) return path;
  return doesNothing((await ifRegular(files.read(path))) ?? '') ? undefined : path;
}

/** Pure: a script of a shell that holds comments only. */
export function doesNothing(text: string): boolean {
  const [first = '', ...others] = text.split('\n');
  return /^#!\s*\/bin\/sh\s*$/.test(first) && others.every((line) => /^\s*(?:#.*)?$/.test(line));
}
