import { join } from 'node:path';
import type { System } from '../../core/system/system.ts';
import { unsafePart } from '../../core/system/safe-path.ts';
import type { KeyFile } from './member.ts';

const folder = '/etc/gandi/keys';
const credentialPrefix = 'gandi.luks.';

// A user who can read the file can open the disk.
const mayBeSeenByOthers = 0o177;

/**
 * The key of a LUKS container: the credential `gandi.luks.<uuid>` where systemd hands it to this process, else
 * `/etc/gandi/keys/<uuid>`. Only looked at: cryptsetup(8) reads it itself.
 * @param uuid of the container, as udev has it; it is written on the disk, so it must be a UUID to be part of a path
 */
export async function observeKeyFile(system: System, uuid: string): Promise<KeyFile> {
  const isUuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid);
  const path = join(folder, isUuid ? uuid : 'invalid');
  if (!isUuid) return { path, isThere: false, unsafePart: undefined };
  const { credentialsFolder } = system;
  const credential = credentialsFolder && join(credentialsFolder, `${credentialPrefix}${uuid}`);
  return (credential && (await observe(system, credential))) || ((await observe(system, path)) ?? missing(path));
}

async function observe(system: System, path: string): Promise<KeyFile | undefined> {
  const status = await system.files.status(path);
  if (status === undefined) return undefined;
  const isReadable = status.type !== 'file' || status.uid !== 0 || (status.mode & mayBeSeenByOthers) !== 0;
  return { path, isThere: true, unsafePart: isReadable ? path : await unsafePart(system, path) };
}

function missing(path: string): KeyFile {
  return { path, isThere: false, unsafePart: undefined };
}
