import type { LayerName } from '../flags/layer-names.ts';

/** What a physical volume, a LUKS container or a member of an array is part of: all that its assembly rests on. */
export type Member = VolumeMember | ContainerMember | ArrayMember;

interface AnyMember {
  readonly kind: LayerName;
  /** Other devices that carry the UUID of this one, which only one may have. */
  readonly twins: readonly string[];
  /** The program that would be asked is not installed. */
  readonly isToolMissing: boolean;
}

/** A file below /etc/gandi/disks.d by which a disk must not change, or may have to stay unchanged, as the file has a mistake. */
export interface Keeper {
  readonly file: string;
  readonly isMistaken: boolean;
}

/** A physical volume of LVM. */
export interface VolumeMember extends AnyMember {
  readonly kind: 'lvm';
  /** undefined where LVM does not list the device, or not in a group. */
  readonly group: VolumeGroup | undefined;
}

export interface VolumeGroup {
  readonly name: string;
  /** `6-4-4-4-4-4-6` */
  readonly uuid: string;
  readonly volumes: readonly PhysicalVolume[];
  /** Exported, shared by a cluster, or of another host (vgexport(8), lvmlockd(8), lvmsystemid(7)). */
  readonly isOfOthers: boolean;
  /** There is another group of this name. */
  readonly hasNamesake: boolean;
}

export interface PhysicalVolume {
  /** Path of its device; null where LVM does not find it. */
  readonly path: string | null;
  /** All disks that it lies on are data disks, and the system is on none of them. */
  readonly isOurs: boolean;
  /** The kernel refuses writes to one of these disks. */
  readonly isReadOnly: boolean;
  /** What an admin says of one of these disks; of the disk that is looked at itself the refusals ask. */
  readonly keptBy: Keeper | undefined;
  /** Something of a logical volume is on it. */
  readonly isUsed: boolean;
}

/** A LUKS container. */
export interface ContainerMember extends AnyMember {
  readonly kind: 'luks';
  /** ID_FS_VERSION: `2` */
  readonly version: string | undefined;
  readonly key: KeyFile;
  /** Numbers of its tokens that open it without a person. */
  readonly tokens: readonly number[];
  /** Somebody has opened another container by the name that this one would get. */
  readonly isNameTaken: boolean;
}

/** Of `/etc/gandi/keys/<uuid>`, or of the credential of systemd that takes its place. */
export interface KeyFile {
  readonly path: string;
  readonly isThere: boolean;
  /** The part of its path that others than root could have changed, or the file itself where others can read it. */
  readonly unsafePart: string | undefined;
}

/** A member of an array of md. */
export interface ArrayMember extends AnyMember {
  readonly kind: 'md';
  /** UUID of the array as udev writes it; undefined where mdadm(8) cannot read the member. */
  readonly uuid: string | undefined;
  readonly level: string;
  /** How many members the array is made of. */
  readonly devices: number;
  readonly present: readonly Omit<PhysicalVolume & { readonly path: string }, 'isUsed'>[];
}
