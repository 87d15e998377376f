import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import type { Stack } from '../stack/stack.ts';

/** What a disk is known by. Serials and WWNs are the platform's; label and UUID are chosen by the one who made the file system. */
export interface DiskIdentity {
  /** Its own, or those of all disks that it lies on. */
  readonly serials: readonly string[];
  readonly wwns: readonly string[];
  readonly encodedLabel: string | undefined;
  readonly uuid: string | undefined;
}

type Properties = Readonly<Record<string, string>>;

/** What a disk is known by, as udev and the kernel have it. @param stack what a layered device lies on */
export function identityOf(
  device: Pick<BlockDevice, 'serial'>,
  properties: Properties,
  stack?: Pick<Stack, 'bottoms'>,
): DiskIdentity {
  const bottoms = stack?.bottoms ?? [];
  return {
    serials: [serialOf(device, properties), ...bottoms.map(({ serial }) => serial)].flatMap((each) => each ?? []),
    wwns: [...wwnsOf(properties), ...bottoms.flatMap(({ wwns }) => wwns)],
    encodedLabel: properties.ID_FS_LABEL_ENC || undefined,
    uuid: properties.ID_FS_UUID || undefined,
  };
}

/** What the platform set for a disk, of a partition for its disk; undefined if nothing. */
export function serialOf({ serial }: Pick<BlockDevice, 'serial'>, { ID_SERIAL_SHORT }: Properties): string | undefined {
  return ID_SERIAL_SHORT || serial || undefined;
}

/** The short and the long form of its WWN. */
export function wwnsOf({ ID_WWN, ID_WWN_WITH_EXTENSION }: Properties): string[] {
  return [ID_WWN, ID_WWN_WITH_EXTENSION].flatMap((wwn) => wwn || []);
}
