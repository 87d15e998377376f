import { AgentError } from '../error/agent-error.ts';

/**
 * What a look at a file finds; undefined also where a folder, a pipe or a device is in its place. The step that would
 * write or need the file fails with `file.not-regular`, and the look keeps no other step from being planned.
 */
export async function ifRegular<T>(look: Promise<T>): Promise<T | undefined> {
  try {
    return await look;
  } catch (error) {
    if (error instanceof AgentError && error.code === 'file.not-regular') return undefined;
    throw error;
  }
}
