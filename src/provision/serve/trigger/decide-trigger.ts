import type { RunAction } from '../queue/run.ts';

/** What a path asks for. */
export type Wish =
  | { readonly kind: 'run'; readonly action: RunAction }
  | { readonly kind: 'file'; readonly action: 'present' | 'absent' }
  | { readonly kind: 'unknown' };

/**
 * Reads a path as cdist's trigger does: it is compared as it was sent, from its start, and anything may follow. The
 * spelling without `/cdist` is that of its first version.
 */
export function decideTrigger(path: string): Wish {
  const [, run] = /^(?:\/cdist)?\/(config|install)\//.exec(path) ?? [];
  if (run === 'config' || run === 'install') return { kind: 'run', action: run };
  const [, file] = /^\/file\/(present|absent)\//.exec(path) ?? [];
  if (file === 'present' || file === 'absent') return { kind: 'file', action: file };
  return { kind: 'unknown' };
}
