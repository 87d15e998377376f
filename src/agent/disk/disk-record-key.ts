/** A kernel name that is used again is another disk: DISKSEQ counts up with each one (udev(7), since Linux 5.15). */
export function diskRecordKey(kernelName: string, diskSequence: number | null): string {
  return `${kernelName}@${diskSequence ?? 'unknown'}`;
}
