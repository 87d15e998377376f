/** A kernel name that is used again is another disk: DISKSEQ counts up with each one (udev(7), since Linux 5.15). */
export function diskRecordKey(kernelName: string, diskSequence: number | null): string {
  return `${kernelName}@${diskSequence ?? 'unknown'}`;
}

/** The kernel name in a key of a record. */
export function nameIn(key: string): string {
  return key.slice(0, key.lastIndexOf('@'));
}

/** DISKSEQ in a key of a record: which of two disks came later. 0 where the kernel does not count. */
export function sequenceIn(key: string): number {
  return Number(key.slice(key.lastIndexOf('@') + 1)) || 0;
}
