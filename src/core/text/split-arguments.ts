import { AgentError, ExitCode } from '../error/agent-error.ts';

/**
 * Splits a line into words as a shell would (POSIX.1-2024, XCU 2.2 Quoting), and does nothing else that a shell does:
 * `$HOME`, backquotes, `*` and `;` are the customer's own characters.
 * @throws AgentError `postboot.bad-arguments` where a quote is never closed
 */
export function splitArguments(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const [piece] of text.matchAll(pieces)) {
    if (/^\s/.test(piece)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + unquoted(piece);
  }
  return word === undefined ? words : [...words, word];
}

/** White space, a quoted part, an escaped character, a run of plain ones; a quote that is never closed comes alone. */
const pieces = /\s+|'[^']*'|"(?:[^"\\]|\\[\s\S])*"|\\[\s\S]|[^\s'"\\]+|['"\\]/g;

function unquoted(piece: string): string {
  if (piece === "'" || piece === '"') throw unclosed(piece);
  if (piece.startsWith("'")) return piece.slice(1, -1);
  // Inside double quotes a backslash means something before these alone, and is itself otherwise.
  if (piece.startsWith('"'))
    return piece.slice(1, -1).replace(/\\([$`"\\\n])/g, (_, next) => (next === '\n' ? '' : next));
  if (piece === '\\\n') return '';
  return piece.length === 2 && piece.startsWith('\\') ? piece.slice(1) : piece;
}

function unclosed(quote: string): AgentError {
  return new AgentError(`cannot split the arguments of the script: a ${quote} is never closed`, {
    code: 'postboot.bad-arguments',
    subject: 'vm_conf.script_args',
    remedy: 'correct it on the platform, then stop and start the VM',
    exitCode: ExitCode.badConfiguration,
  });
}
