import { reportPort } from './report.ts';

/**
 * What starts the disk: the firmware of old PCs, or UEFI with its code and a copy of its variables. With `secure-boot` it starts
 * only what is signed by a key in its variables.
 */
export type Firmware =
  | { readonly kind: 'bios' }
  | { readonly kind: 'uefi' | 'secure-boot'; readonly code: string; readonly variables: string };

export interface GuestSettings {
  readonly image: string;
  /** qemu-img's word for it. */
  readonly format: string;
  readonly firmware: Firmware;
  readonly hasKvm: boolean;
  readonly memoryMiB: number;
  /** What tells the guest who it is: an ISO, or the swap disk of a platform. */
  readonly volume: { readonly kind: 'cd-rom' | 'swap-disk'; readonly path: string };
  /** The file for what the guest says on its console, which is the first serial port. */
  readonly consoleLog: string;
  /** The file for what the agent reports on its virtio port. */
  readonly reportLog: string;
  /** The file for what it reports on the second serial port instead. */
  readonly secondLog: string;
}

/** The words of qemu-system-x86_64(1) for a guest that starts from an image, without network, and does not write to it. */
export function guestArguments(guest: GuestSettings): string[] {
  const { image, format, firmware, hasKvm, memoryMiB, volume, consoleLog, reportLog, secondLog } = guest;
  return [
    ...(hasKvm ? ['-accel', 'kvm', '-cpu', 'host'] : emulated),
    ...firmwareArguments(firmware),
    ...[
      '-machine',
      firmware.kind === 'secure-boot' ? 'q35,smm=on' : 'q35',
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
    ...['-serial', `file:${consoleLog}`, '-serial', `file:${secondLog}`],
    ...['-chardev', `file,id=report,path=${value(reportLog)}`, '-device', 'virtio-serial-pci'],
    ...['-device', `virtserialport,chardev=report,name=${reportPort}`],
    ...['-drive', `if=none,id=root,format=${format},snapshot=on,file=${value(image)}`],
    // The firmware of old PCs tries one hard disk only, and it may take the swap disk for the first.
    ...['-device', 'virtio-blk-pci,drive=root,bootindex=0'],
    ...volumeArguments(volume),
  ];
}

/**
 * The serial is what designates a swap disk to the agent. A CD-ROM is one of virtio-scsi: Debian's kernel for clouds has no driver
 * for that of a PC.
 */
function volumeArguments({ kind, path }: GuestSettings['volume']): string[] {
  if (kind === 'cd-rom')
    return [
      ...['-drive', `if=none,id=drive,format=raw,media=cdrom,readonly=on,file=${value(path)}`],
      ...['-device', 'virtio-scsi-pci', '-device', 'scsi-cd,drive=drive'],
    ];
  return [
    ...['-drive', `if=none,id=swap,format=raw,file=${value(path)}`],
    ...['-device', 'virtio-blk-pci,drive=swap,serial=gandiswap'],
  ];
}

// QEMU 7.2 emulates cmpxchg16b wrongly, and Linux 6.12 then panics now and again.
const emulated = ['-accel', 'tcg,thread=multi', '-cpu', 'qemu64,-cx16'];

function firmwareArguments(firmware: Firmware): string[] {
  if (firmware.kind === 'bios') return [];
  // What the guest's own code runs in must not write to the variables: edk2, OvmfPkg/README, "SMM support".
  const protection = ['-global', 'driver=cfi.pflash01,property=secure,value=on'];
  return [
    ...(firmware.kind === 'secure-boot' ? protection : []),
    ...['-drive', `if=pflash,unit=0,format=raw,readonly=on,file=${value(firmware.code)}`],
    ...['-drive', `if=pflash,unit=1,format=raw,file=${value(firmware.variables)}`],
  ];
}

/** A comma ends a value, and two stand for one. */
function value(text: string): string {
  return text.replaceAll(',', ',,');
}
