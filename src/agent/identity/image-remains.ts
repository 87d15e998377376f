import type { System } from '../../core/system/system.ts';
import { dbusHasOwnId, dbusIdPath, machineIdPath, observeCopiedFiles } from './identity.ts';

/** What one machine has and its copies must not have alike. */
export interface ImageRemains {
  /** Files that are removed: keys, seeds, what was applied to this machine, what its customer ran. */
  readonly files: readonly string[];
  /** The content of /etc/machine-id; undefined where there is none. */
  readonly machineId: string | undefined;
  /** Names by which storage tells machines apart: only their own packages make new ones, so they stay and are told. */
  readonly storageNames: readonly string[];
}

/** Folders of ours whose files tell of one machine. */
const ownFolders = ['/gandi', '/var/lib/gandi', '/var/log/gandi'];

/**
 * Secrets, seeds and DHCP identities that no two machines may share. https://systemd.io/BUILDING_IMAGES names the first four.
 */
const secrets = [
  '/var/lib/systemd/credential.secret',
  '/boot/efi/loader/random-seed',
  '/boot/loader/random-seed',
  '/efi/loader/random-seed',
  '/var/lib/NetworkManager/secret_key',
  '/var/lib/dhcpcd/duid',
  '/etc/dhcpcd.duid',
];

/** Where DHCP clients keep what they were given; a copy would ask for the address of the machine that it was made of. */
const leaseFolders = ['/var/lib/dhcp', '/var/lib/dhclient', '/var/lib/dhcpcd', '/var/lib/NetworkManager'];

const storageNames = ['/etc/iscsi/initiatorname.iscsi', '/etc/nvme/hostnqn', '/etc/nvme/hostid'];

/** Looks for everything that `gandi-agent image clean` removes; it changes nothing. */
export async function observeImageRemains(system: System): Promise<ImageRemains> {
  const copiedFiles = await observeCopiedFiles(system);
  const own = await Promise.all(ownFolders.map((folder) => filesBelow(system, folder)));
  const leases = await Promise.all(leaseFolders.map((folder) => leasesIn(system, folder)));
  const others = await filesOf(system, secrets);
  return {
    files: [
      ...copiedFiles,
      ...((await dbusHasOwnId(system)) ? [dbusIdPath] : []),
      ...others,
      ...leases.flat(),
      ...own.flat(),
    ],
    machineId: await system.files.read(machineIdPath),
    storageNames: await filesOf(system, storageNames),
  };
}

async function leasesIn(system: System, folder: string): Promise<string[]> {
  const names = (await system.files.list(folder)).filter((name) => name.includes('lease'));
  return filesOf(
    system,
    names.map((name) => `${folder}/${name}`),
  );
}

async function filesOf(system: System, paths: readonly string[]): Promise<string[]> {
  const types = await Promise.all(paths.map(async (path) => (await system.files.status(path))?.type));
  return paths.filter((_, index) => types[index] === 'file');
}

async function filesBelow(system: System, folder: string): Promise<string[]> {
  const paths = (await system.files.list(folder)).map((name) => `${folder}/${name}`);
  const found = await Promise.all(
    paths.map(async (path) => {
      const isFolder = (await system.files.status(path))?.type === 'directory';
      return isFolder ? filesBelow(system, path) : [path];
    }),
  );
  return found.flat();
}
