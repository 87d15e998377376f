import { AgentError } from '../../../core/error/agent-error.ts';
import type { System } from '../../../core/system/system.ts';

/**
 * The reason why something that writes to these folders failed: a full disk where one of them has no room left, as tools tell
 * of that in many words and some not at all; else what the tool said.
 */
export async function reasonOf(error: unknown, folders: readonly string[], { files }: System): Promise<unknown> {
  for (const folder of folders) {
    // A folder that went meanwhile has no room to ask about, and must not hide what the tool said.
    const space = await files.space(folder).catch(() => undefined);
    if (space !== undefined && space.totalBytes - space.usedBytes < leastBytes) return diskFull(folder, error);
  }
  return error;
}

/** A tool that writes in blocks leaves less than one of them. */
const leastBytes = 64 * 1024;

function diskFull(folder: string, cause: unknown): AgentError {
  return new AgentError('its disk is full, and the images do not fit', {
    code: 'output.disk-full',
    subject: folder,
    remedy: 'make room there, or name another folder: -o for the images, TMP_DIR for temporary files',
    cause,
  });
}
