/** First line of every file of the network that is ours to replace: the one who removes it keeps the file. */
export const ownMark =
  '# written by gandi-agent from the platform configuration; remove this line to keep the file as it is';

export function isOwn(text: string): boolean {
  return text.startsWith(`${ownMark}\n`);
}
