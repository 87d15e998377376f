import type { LayerName } from '../flags/layer-names.ts';

/**
 * What built a device of device-mapper, by the prefix of its UUID, which only root can choose: libdevmapper names it
 * after the subsystem (lib/misc of lvm2, crypt of cryptsetup, `mpath-` of multipath-tools; `part1-mpath-` is kpartx's).
 */
export function kindOfMapper(uuid: string | null): LayerName | null {
  if (uuid === null) return null;
  if (uuid.startsWith('LVM-')) return 'lvm';
  if (uuid.startsWith('CRYPT-LUKS2-')) return 'luks';
  return /^(?:part\d+-)?mpath-/.test(uuid) ? 'multipath' : null;
}

/** LVM: 32 characters of the group, 32 of the volume; what LVM keeps to itself has a suffix (`-tdata`, `-real`, `-cow`). */
const volumeUuid = /^LVM-([\w]{32})([\w]{32})(-.+)?$/;

/** UUIDs of a volume and of its group as lvm(8) writes them, `6-4-4-4-4-4-6`; undefined for anything but a volume of LVM. */
export function uuidsOfVolume(uuid: string | null): { readonly group: string; readonly volume: string } | undefined {
  const [, group, volume] = volumeUuid.exec(uuid ?? '') ?? [];
  return group === undefined || volume === undefined
    ? undefined
    : { group: hyphenated(group), volume: hyphenated(volume) };
}

function hyphenated(uuid: string): string {
  return uuid.replace(/^(.{6})(.{4})(.{4})(.{4})(.{4})(.{4})(.{6})$/, '$1-$2-$3-$4-$5-$6-$7');
}

/** Whether LVM keeps it to itself: a part of a pool, of a mirror or of a snapshot. */
export function isInternalVolume(uuid: string | null): boolean {
  return volumeUuid.exec(uuid ?? '')?.[3] !== undefined;
}

/** Which layer is built on what carries this type (ID_FS_TYPE). */
export function kindOfMember(fileSystem: string | undefined): 'lvm' | 'luks' | 'md' | undefined {
  if (fileSystem === 'LVM2_member') return 'lvm';
  if (fileSystem === 'crypto_LUKS') return 'luks';
  return fileSystem === 'linux_raid_member' ? 'md' : undefined;
}
