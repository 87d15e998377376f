/** A part of an executable is not laid out as the versions that are known write it. */
export class UnknownLayout extends Error {
  override readonly name = 'UnknownLayout';
}
