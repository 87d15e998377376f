/** An ordinary user called what only root can do; answered with the call that works and exit status 2. */
export class NeedsRootError extends Error {
  override readonly name = 'NeedsRootError';
}
