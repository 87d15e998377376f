import { ifRegular } from '../system/if-regular.ts';
import type { System } from '../system/system.ts';

/** os-release(5): which distribution this is. */
export interface OsRelease {
  readonly id: string;
  readonly idLike: readonly string[];
  /** `platform:el10` on Red Hat's families. */
  readonly platformId: string;
}

export async function observeOsRelease(system: System): Promise<OsRelease> {
  const read = (path: string) => ifRegular(system.files.read(path));
  const text = (await read('/etc/os-release')) ?? (await read('/usr/lib/os-release')) ?? '';
  const value = (key: string) => assigned(text, key).toLowerCase();
  return {
    id: value('ID'),
    idLike: value('ID_LIKE')
      .split(/\s+/)
      .filter((word) => word !== ''),
    platformId: value('PLATFORM_ID'),
  };
}

function assigned(text: string, key: string): string {
  const line = text.split('\n').find((each) => each.startsWith(`${key}=`));
  return (line?.slice(key.length + 1) ?? '').trim().replace(/^(["'])(.*)\1$/, '$2');
}
