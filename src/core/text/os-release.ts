import { ifRegular } from '../system/if-regular.ts';
import type { System } from '../system/system.ts';
import { shellWords } from './shell-words.ts';

/** os-release(5): which distribution this is. All in lower case; empty where the file does not say. */
export interface OsRelease {
  readonly id: string;
  /** Closest first. */
  readonly idLike: readonly string[];
  /** `platform:el10` on Red Hat's families. */
  readonly platformId: string;
}

/** os-release(5): the first of the two files that exists counts. */
export async function observeOsRelease({ files }: System): Promise<OsRelease> {
  const read = (path: string) => ifRegular(files.read(path));
  return parseOsRelease((await read('/etc/os-release')) ?? (await read('/usr/lib/os-release')) ?? '');
}

export function parseOsRelease(text: string): OsRelease {
  const words = (key: string) => osReleaseValue(text, key).toLowerCase().split(/\s+/).filter(Boolean);
  return {
    id: words('ID').join(' '),
    idLike: words('ID_LIKE'),
    platformId: words('PLATFORM_ID').join(' '),
  };
}

/**
 * The value of one key of os-release(5) as it is written there; empty where the file does not say. Several words without
 * quotes are no assignment to a shell, and are what the one who wrote them meant.
 */
export function osReleaseValue(text: string, key: string): string {
  const line = text.split('\n').find((each) => each.startsWith(`${key}=`));
  return shellWords(line?.slice(key.length + 1) ?? '')?.join(' ') ?? '';
}
