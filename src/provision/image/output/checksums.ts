import { createHash } from 'node:crypto';
import { AgentError } from '../../../core/error/agent-error.ts';
import type { System } from '../../../core/system/system.ts';
import { readSparse } from './read-sparse.ts';

const kinds = ['md5', 'sha256'] as const;

export type ChecksumKind = (typeof kinds)[number];

/**
 * The kinds that DIB_CHECKSUM asks for: none for empty or `0`, all for `1`, else a list such as `md5,sha256`.
 * @throws AgentError `output.checksum`
 */
export function parseChecksums(text: string): ChecksumKind[] {
  const words = text.split(',').map((word) => word.trim());
  if (words.includes('1')) return [...kinds];
  const asked = words.filter((word) => word !== '' && word !== '0');
  const unknown = asked.find((word) => !(kinds as readonly string[]).includes(word));
  if (unknown === undefined) return kinds.filter((kind) => asked.includes(kind));
  throw new AgentError(`'${unknown}' is not a kind of checksum`, {
    code: 'output.checksum',
    subject: 'DIB_CHECKSUM',
    remedy: `use 0, 1, or a list of ${kinds.join(', ')}`,
  });
}

/** Reads a file once and computes all kinds of it, in hexadecimal digits. */
export async function checksumsOf(
  path: string,
  wanted: readonly ChecksumKind[],
  system: Pick<System, 'files' | 'processes'>,
): Promise<Partial<Record<ChecksumKind, string>>> {
  if (wanted.length === 0) return {};
  const hashes = wanted.map((kind) => [kind, createHash(kind)] as const);
  for await (const piece of readSparse(path, system)) for (const [, hash] of hashes) hash.update(piece);
  return Object.fromEntries(hashes.map(([kind, hash]) => [kind, hash.digest('hex')]));
}
