/** Firmware and boot loaders read these. https://uapi-group.org/specifications/specs/discoverable_partitions_specification */
const words: Readonly<Record<string, string>> = {
  'c12a7328-f81f-11d2-ba4b-00a0c93ec93b': 'it is an EFI system partition',
  '0xef': 'it is an EFI system partition',
  'bc13c2ff-59e6-4262-a352-b275fd6f7172': 'it is a partition of the boot loader (XBOOTLDR)',
  '21686148-6449-6e6f-744e-656564454649': 'it is a partition of the boot loader (BIOS boot)',
  '9e1a2d38-c612-4316-aa26-8b49521e5a8b': 'it is a partition of the boot loader (PReP)',
};

/**
 * What a partition is by its type, where that says that firmware or a boot loader reads it.
 * @param type GUID of GPT or number of MBR, lower case
 */
export function bootPartitionWords(type: string): string | undefined {
  return Object.hasOwn(words, type) ? words[type] : undefined;
}
