/** One line of /etc/fstab, as fstab(5) has it. */
export interface FstabEntry {
  /** `/dev/…`, `UUID=…`, `LABEL=…`, `PARTUUID=…`, `PARTLABEL=…` */
  readonly spec: string;
  readonly mountPoint: string;
  readonly line: string;
}

export function parseFstab(text: string): FstabEntry[] {
  return text.split('\n').flatMap((line) => {
    const [spec, mountPoint] = line.trim().split(/\s+/);
    if (spec === undefined || spec === '' || spec.startsWith('#') || mountPoint === undefined) return [];
    return [
      { spec: unescapeOctal(spec).replaceAll('"', ''), mountPoint: unescapeOctal(mountPoint), line: line.trim() },
    ];
  });
}

// fstab(5): a tag is one of these, and names what udev calls so.
const tagProperties: Readonly<Record<string, string>> = {
  UUID: 'ID_FS_UUID',
  LABEL: 'ID_FS_LABEL',
  PARTUUID: 'ID_PART_ENTRY_UUID',
  PARTLABEL: 'ID_PART_ENTRY_NAME',
};

/** The entry that names the block device with these udev properties, by path, by link or by tag. */
export function findClaim(
  entries: readonly FstabEntry[],
  properties: Readonly<Record<string, string>>,
): FstabEntry | undefined {
  const paths = new Set([properties.DEVNAME, ...(properties.DEVLINKS ?? '').split(' ')]);
  return entries.find(({ spec }) => {
    const [tag = '', value] = spec.split('=', 2);
    const property = tagProperties[tag];
    return property === undefined || value === undefined ? paths.has(spec) : properties[property] === value;
  });
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
