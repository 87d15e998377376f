import { Buffer } from 'node:buffer';
import { decodeUdev } from './mount-name.ts';

/** What names a device as mount(8) reads it. */
export interface Claim {
  /** `/dev/…`, `UUID=…`, `LABEL=…`, `PARTUUID=…`, `PARTLABEL=…`, `ID=…` */
  readonly spec: string;
}

/** One line of /etc/fstab, as fstab(5) has it. */
export interface FstabEntry extends Claim {
  readonly mountPoint: string;
  readonly line: string;
}

export function parseFstab(text: string): FstabEntry[] {
  return text.split('\n').flatMap((line) => {
    const [spec, mountPoint] = line.trim().split(/\s+/);
    if (spec === undefined || spec === '' || spec.startsWith('#') || mountPoint === undefined) return [];
    return [{ spec: unescapeOctal(spec), mountPoint: unescapeOctal(mountPoint), line: line.trim() }];
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
  const paths = new Set([properties.DEVNAME, ...(properties.DEVLINKS ?? '').split(' ')]);
  return entries.find(({ spec }) => {
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
  return (
    property !== undefined && properties[property] !== undefined && decodeUdev(name) === decoded(properties[property])
  );
}

function decoded(encoded: string | undefined): string | undefined {
  return encoded === undefined ? undefined : decodeUdev(encoded);
}

/** libblkid takes quotes of both kinds, up to the last of the kind that it began with. */
function unquote(value: string): string {
  const quote = value.charAt(0);
  const last = value.lastIndexOf(quote);
  return (quote === '"' || quote === "'") && last > 0 ? value.slice(1, last) : value;
}

/** Three octal digits are one byte, of which a character may have several. */
function unescapeOctal(text: string): string {
  const pieces = text.split(/(\\[0-7]{3})/);
  const bytes = pieces.map((piece, index) =>
    index % 2 === 0 ? Buffer.from(piece) : Buffer.from([Number.parseInt(piece.slice(1), 8) & 0xff]),
  );
  return Buffer.concat(bytes).toString();
}
