import { errorCode } from '../error/error-code.ts';

/** ELOOP is the kernel's word for a link that points to itself, `file.too-many-links` that of a tree. */
const excused: readonly string[] = ['file.not-regular', 'file.too-large', 'file.too-many-links', 'ELOOP'];

/**
 * What a look at a file finds; undefined also where a folder, a pipe, a device, a link to itself or a file that is too large to read is in
 * its place. The step that would write or need the file fails, and the look keeps no other step from being planned.
 */
export async function ifRegular<T>(look: Promise<T>): Promise<T | undefined> {
  try {
    return await look;
  } catch (error) {
    if (excused.includes(errorCode(error))) return undefined;
    throw error;
  }
}
