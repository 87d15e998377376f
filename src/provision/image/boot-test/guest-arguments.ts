/** What starts the disk: the firmware of old PCs, or UEFI with its code and a copy of its variables. */
export type Firmware =
  | { readonly kind: 'bios' }
  | { readonly kind: 'uefi'; readonly code: string; readonly variables: string };

export interface GuestSettings {
  readonly image: string;
  /** qemu-img's word for it. */
  readonly format: string;
  readonly firmware: Firmware;
  readonly hasKvm: boolean;
  readonly memoryMiB: number;
  /** What tells the guest who it is: an ISO, or the swap disk of a platform. */
  readonly volume: { readonly kind: 'cd-rom' | 'swap-disk'; readonly path: string };
  /** The file for what the guest says on its serial port. */
  readonly serial: string;
}

/** The words of qemu-system-x86_64(1) for a guest that starts from an image, without network, and does not write to it. */
export function guestArguments(guest: GuestSettings): string[] {
  const { image, format, firmware, hasKvm, memoryMiB, volume, serial } = guest;
  return [
    ...(hasKvm ? ['-accel', 'kvm', '-cpu', 'host'] : emulated),
    ...firmwareArguments(firmware),
    ...[
      '-machine',
      'q35',
      '-m',
      String(memoryMiB),
      '-display',
      'none',
      '-monitor',
      'none',
      '-no-reboot',
      '-nic',
      'none',
    ],
    ...['-serial', `file:${serial}`],
    ...['-drive', `if=none,id=root,format=${format},snapshot=on,file=${value(image)}`],
    // The firmware of old PCs tries one hard disk only, and it may take the swap disk for the first.
    ...['-device', 'virtio-blk-pci,drive=root,bootindex=0'],
    ...volumeArguments(volume),
  ];
}

/** The serial is what designates a swap disk to the agent. */
function volumeArguments({ kind, path }: GuestSettings['volume']): string[] {
  if (kind === 'cd-rom') return ['-drive', `if=ide,format=raw,media=cdrom,readonly=on,file=${value(path)}`];
  return [
    ...['-drive', `if=none,id=swap,format=raw,file=${value(path)}`],
    ...['-device', 'virtio-blk-pci,drive=swap,serial=gandiswap'],
  ];
}

// QEMU 7.2 emulates cmpxchg16b wrongly, and Linux 6.12 then panics now and again.
const emulated = ['-accel', 'tcg,thread=multi', '-cpu', 'qemu64,-cx16'];

function firmwareArguments(firmware: Firmware): string[] {
  if (firmware.kind === 'bios') return [];
  return [
    ...['-drive', `if=pflash,unit=0,format=raw,readonly=on,file=${value(firmware.code)}`],
    ...['-drive', `if=pflash,unit=1,format=raw,file=${value(firmware.variables)}`],
  ];
}

/** A comma ends a value, and two stand for one. */
function value(text: string): string {
  return text.replaceAll(',', ',,');
}
