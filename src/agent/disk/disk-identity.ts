import type { BlockDevice } from '../../core/block-device/block-devices.ts';

/** What a disk is known by. Serial and WWN are the platform's; label and UUID are chosen by the one who made the file system. */
export interface DiskIdentity {
  readonly serial: string | undefined;
  readonly wwns: readonly string[];
  readonly encodedLabel: string | undefined;
  readonly uuid: string | undefined;
}

/** What a disk is known by, as udev and the kernel have it. */
export function identityOf(
  device: Pick<BlockDevice, 'serial'>,
  properties: Readonly<Record<string, string>>,
): DiskIdentity {
  const { ID_SERIAL_SHORT, ID_WWN, ID_WWN_WITH_EXTENSION, ID_FS_LABEL_ENC, ID_FS_UUID } = properties;
  return {
    serial: ID_SERIAL_SHORT || device.serial || undefined,
    wwns: [ID_WWN, ID_WWN_WITH_EXTENSION].flatMap((wwn) => wwn || []),
    encodedLabel: ID_FS_LABEL_ENC || undefined,
    uuid: ID_FS_UUID || undefined,
  };
}
