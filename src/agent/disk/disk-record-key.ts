/** A kernel name that is used again is another disk: DISKSEQ counts up with each one (udev(7), since Linux 5.15). */
export function diskRecordKey(kernelName: string, diskSequence: number | null): string {
  return `${kernelName}@${diskSequence ?? 'unknown'}`;
}

/** The kernel name in a key of a record. */
export function nameIn(key: string): string {
  return key.slice(0, key.lastIndexOf('@'));
}
