import { Buffer } from 'node:buffer';
import { textOfBytes } from '../../core/system/byte-text.ts';
import type { System } from '../../core/system/system.ts';
import { udevBytes } from './mount-name.ts';

/** What names a device as mount(8) reads it. */
export interface Claim {
  /** `/dev/…`, `UUID=…`, `LABEL=…`, `PARTUUID=…`, `PARTLABEL=…`, `ID=…`. A label may be other bytes than UTF-8. */
  readonly spec: string | Uint8Array;
}

/** One line of /etc/fstab, as fstab(5) has it. */
export interface FstabEntry extends Claim {
  readonly mountPoint: string;
  readonly line: string;
}

/** Nothing where there is no such file. @throws AgentError of `Files.read` */
export async function readFstab({ files }: Pick<System, 'files'>): Promise<FstabEntry[]> {
  return parseFstab((await files.readBytes('/etc/fstab')) ?? new Uint8Array());
}

/** By bytes, as mount(8) does: only blanks and tabs part fields, and not what else Unicode takes for a space. */
export function parseFstab(content: Uint8Array): FstabEntry[] {
  return byteText(content)
    .split('\n')
    .flatMap((each) => {
      const line = each.replace(/^[ \t]+/, '').replace(/\r$/, '');
      const [spec = '', mountPoint] = line.split(/[ \t]+/);
      if (spec === '' || spec.startsWith('#') || !mountPoint) return [];
      const text = Buffer.from(line, 'latin1').toString().trim();
      return [{ spec: unescapeOctal(spec), mountPoint: textOfBytes(unescapeOctal(mountPoint)), line: text }];
    });
}

type Properties = Readonly<Record<string, string>>;

// fstab(5): a tag is one of these. udev encodes what it calls so, and replaces bytes in names without `_ENC`.
const tagProperties: Readonly<Record<string, string>> = {
  UUID: 'ID_FS_UUID',
  LABEL: 'ID_FS_LABEL_ENC',
  PARTUUID: 'ID_PART_ENTRY_UUID',
  PARTLABEL: 'ID_PART_ENTRY_NAME',
};

/** The claim that names the block device with these udev properties, by path, by link or by tag. */
export function findClaim<C extends Claim>(entries: readonly C[], properties: Properties): C | undefined {
  const paths = new Set(
    [properties.DEVNAME, ...(properties.DEVLINKS ?? '').split(' ')].map((path) => byteText(path ?? '')),
  );
  return entries.find((entry) => {
    const spec = byteText(entry.spec);
    const [, tag = '', value = ''] = /^([A-Z]+)=(.*)$/s.exec(spec) ?? [];
    if (tag === 'ID') return paths.has(`/dev/disk/by-id/${unquote(value)}`);
    const property = tagProperties[tag];
    if (property !== undefined) return decoded(properties[property]) === unquote(value);
    return paths.has(spec) || isByContent(spec, properties);
  });
}

// Links that udev makes of the same properties, persistent-storage rules. Of several disks with one UUID one has the link.
const linkProperties: Readonly<Record<string, string>> = {
  'by-uuid': 'ID_FS_UUID',
  'by-label': 'ID_FS_LABEL_ENC',
  'by-partuuid': 'ID_PART_ENTRY_UUID',
  'by-partlabel': 'ID_PART_ENTRY_NAME',
};

function isByContent(spec: string, properties: Properties): boolean {
  const [, folder = '', name = ''] = /^\/dev\/disk\/(by-[a-z]+)\/(.+)$/s.exec(spec) ?? [];
  const property = Object.hasOwn(linkProperties, folder) ? linkProperties[folder] : undefined;
  if (property === undefined || properties[property] === undefined) return false;
  return byteText(udevBytes(Buffer.from(name, 'latin1'))) === decoded(properties[property]);
}

function decoded(encoded: string | undefined): string | undefined {
  return encoded === undefined ? undefined : byteText(udevBytes(encoded));
}

/** One character for each byte, whatever the bytes mean: it can be compared and taken apart, but not shown. */
function byteText(content: string | Uint8Array): string {
  return Buffer.from(content).toString('latin1');
}

/** libblkid takes quotes of both kinds, up to the last of the kind that it began with. */
function unquote(value: string): string {
  const quote = value.charAt(0);
  const last = value.lastIndexOf(quote);
  return (quote === '"' || quote === "'") && last > 0 ? value.slice(1, last) : value;
}

/** Three octal digits are one byte. A byte of 0 is the end, as libmount makes a string of C of it. */
function unescapeOctal(text: string): Buffer {
  const bytes = text.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8) & 0xff),
  );
  return Buffer.from(bytes.replace(/\0.*$/s, ''), 'latin1');
}
