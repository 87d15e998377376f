import { errorCode } from '../error/error-code.ts';

/** Whether something failed because a file, or a folder on the way to it, is not there. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errorCode(error));
}
