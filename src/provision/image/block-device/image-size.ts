export interface SizeWishes {
  /** `--image-size`: GiB, with a fraction or without. */
  readonly imageGib?: number | undefined;
  /** DIB_IMAGE_EXTRA_SIZE. */
  readonly extraMib?: number | undefined;
  /** Of an ext4 root file system; DIB_JOURNAL_SIZE, 64 unless told. */
  readonly journalMib: number;
  readonly rootFileSystem: string;
  /** An element `block-device-efi*` is in the image, whose partition of 550 MiB needs a place. */
  readonly isEfi: boolean;
}

const kibInMib = 1024;
const efiMib = 525;
/** What a tree takes of its file system, where nobody says how much is to be free. */
const filledShare = 0.6;
const unitKib = 64;

/**
 * KiB of an image: the size that is asked for; else the tree with what is to be free, as a share of the whole or as told,
 * and the journal. With a system partition of EFI in any case, and rounded up to 64 KiB.
 * @param treeKib what the tree takes
 */
export function imageKib(treeKib: number, wishes: SizeWishes): number {
  const { isEfi } = wishes;
  const kib =
    wishes.imageGib === undefined ? roomFor(treeKib, wishes) : Math.floor(wishes.imageGib * kibInMib * kibInMib);
  return Math.ceil((kib + (isEfi ? efiMib * kibInMib : 0)) / unitKib) * unitKib;
}

function roomFor(treeKib: number, { extraMib, journalMib, rootFileSystem }: SizeWishes): number {
  const room = extraMib === undefined ? treeKib / filledShare : treeKib + extraMib * kibInMib;
  return Math.floor(room) + (rootFileSystem === 'ext4' ? journalMib * kibInMib : 0);
}
