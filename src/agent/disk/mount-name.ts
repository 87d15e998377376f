import { Buffer } from 'node:buffer';

// Long enough for any label, and far from the 255 bytes of a folder's name, so that `_2` always fits.
const maximalBytes = 120;

export interface NamedDisk {
  /** ID_FS_LABEL_ENC of udev; undefined where the file system has no label. */
  readonly encodedLabel?: string | undefined;
  readonly serial?: string | undefined;
  readonly kernelName: string;
}

/**
 * The folder's name for a disk: its label, else its serial, else its kernel name. The result is one safe path component,
 * whatever bytes a hostile disk carries. @returns undefined never: the kernel name always serves
 */
export function mountName(disk: NamedDisk): string {
  const label = disk.encodedLabel === undefined ? undefined : decodeUdev(disk.encodedLabel);
  return safeComponent(label) ?? safeComponent(disk.serial) ?? safeComponent(disk.kernelName) ?? 'disk';
}

/** A name that is taken gets `_2`, the next `_3`: two disks with one label never share a folder. */
export function firstFreeName(name: string, isTaken: (candidate: string) => boolean): string {
  let candidate = name;
  for (let number = 2; isTaken(candidate); number += 1) candidate = `${name}_${number}`;
  return candidate;
}

/** The text of what udev(7) encodes, such as ID_FS_LABEL_ENC. @returns undefined where the bytes are not UTF-8 */
export function decodeUdev(encoded: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(udevBytes(encoded));
  } catch {
    return undefined;
  }
}

/** The bytes of what udev(7) encodes: `\xNN` is a byte, all else is as it is. Source: blkid_encode_string of libblkid. */
export function udevBytes(encoded: string | Uint8Array): Buffer {
  const text = Buffer.from(encoded).toString('latin1');
  const bytes = text.replace(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}

/**
 * Letters and digits of any script and a few signs stay, everything else becomes `_`; a leading dot or dash is
 * preceded by one, so that the name is neither hidden nor an option. Nothing left, or too long: undefined.
 */
function safeComponent(text: string | undefined): string | undefined {
  if (text !== undefined && isPlain(text)) return text.length > maximalBytes ? undefined : text;
  const cleaned = (text ?? '')
    .normalize('NFC')
    .trim()
    .replace(/[^\p{L}\p{N}\p{M}+.:=@_-]/gu, '_')
    .replace(/^(?=[.-])/, '_');
  if (!/[\p{L}\p{N}]/u.test(cleaned)) return undefined;
  return Buffer.byteLength(cleaned) > maximalBytes ? undefined : cleaned;
}

/**
 * A name that is safe as it is, as most are. The first use of the tables of Unicode takes a tenth of what a disk's mount
 * takes all in all, so they are asked only about other names.
 */
function isPlain(text: string): boolean {
  return /^[A-Za-z0-9_+:=@][A-Za-z0-9_+:=@.-]*$/.test(text) && /[A-Za-z0-9]/.test(text);
}
