/** A partition with its place. Sectors are the disk's own. */
export interface PlacedPartition {
  /** null for the extended partition of an MBR, which holds the logical ones. */
  readonly name: string | null;
  readonly number: number;
  readonly start: number;
  readonly sectors: number;
  /** As sfdisk writes it: a GUID, or two hexadecimal digits. */
  readonly type: string;
  readonly isBoot: boolean;
}
