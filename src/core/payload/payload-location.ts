/** Where a payload lies: enough to find the same bytes again, and to refuse if they are not the same. */
export interface PayloadLocation {
  /** Kernel name of the whole disk, `xvdz`. Only a hint: `diskSequence` and `serial` are the identity. */
  readonly disk: string;
  readonly diskSequence: number | null;
  readonly serial: string | null;
  /** Bytes from the start of the whole disk. */
  readonly offset: number;
  readonly length: number;
  /** sha256 of these bytes, in hex. */
  readonly digest: string;
}
