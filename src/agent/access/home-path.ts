import { followFolder } from '../../core/system/safe-path.ts';
import type { System } from '../../core/system/system.ts';

/**
 * Where an account's home really is. /root is a link to /var/roothome on systems of ostree and bootc. Links that only root can
 * have made are followed; any other stays in the path, and is refused by the one who opens it.
 */
export async function homePath(system: System, home: string): Promise<string> {
  const { path, unsafePart } = await followFolder(system, home);
  // The home itself is the user's own: what it is reached by has to be root's.
  return unsafePart === undefined || unsafePart === path ? path : home;
}
