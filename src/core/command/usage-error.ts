/** The words of a command line do not fit its usage; answered with that usage and exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
