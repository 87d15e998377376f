import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AgentError } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';

export const writtenFilesPath = '/var/lib/gandi/network-files.json';

const schema = z.record(z.string(), z.array(z.string().regex(/^[0-9a-f]{64}$/)));

/** sha256 in hex of what the agent wrote, by path: a file with such a text is ours to replace, any other the admin's. */
export type WrittenFiles = Readonly<Record<string, readonly string[]>>;

/** What the record holds of a text. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** @throws AgentError `state.unreadable`: without the record, every file would have to pass for the admin's */
export async function readWrittenFiles(system: System): Promise<WrittenFiles> {
  const text = await system.files.read(writtenFilesPath);
  if (text === undefined) return {};
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new AgentError('cannot read the record of the network files', {
      code: 'state.unreadable',
      subject: writtenFilesPath,
      remedy: 'remove the file; network files that are there then pass for your own and are kept',
      cause,
    });
  }
}
