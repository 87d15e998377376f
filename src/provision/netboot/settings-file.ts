import { shellWords } from '../../core/text/shell-words.ts';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';

/**
 * Reads a settings file, which the original runs as a part of its script, as data: plain assignments, comments and empty
 * lines. A value in quotes may go on in the next line.
 * @param path for errors
 * @returns the last value of each name
 * @throws AgentError `netboot.settings-are-shell` for anything that only a shell could answer
 */
export function parseSettingsFile(path: string, text: string): Map<string, string> {
  const values = new Map<string, string>();
  let rest = text.replaceAll('\r\n', '\n');
  while (rest.length > 0) {
    const found = statement.exec(rest);
    if (found === null) throw isShell(path, 1 + linesIn(text) - linesIn(rest), rest);
    const [whole, name, value = ''] = found;
    if (name !== undefined) values.set(name, shellWords(value)?.[0] ?? '');
    rest = rest.slice(whole.length);
  }
  return values;
}

const plain = String.raw`[^\s'"\\$\`;&|<>()]`;
const quoted = String.raw`'[^']*'|"(?:[^"\\$\`]|\\[\s\S])*"|\\[\s\S]`;
// A tilde in front is a home folder to a shell.
const word = `(?!~)(?:${plain}|${quoted})*`;
const comment = String.raw`#[^\n]*`;
const assignment = String.raw`(?:export[ \t]+)?([A-Za-z_]\w*)=(${word})(?:[ \t]+${comment}|[ \t]*)`;

/** One line, or an assignment whose value has more; it moves on by one character at least. */
const statement = new RegExp(`^[ \\t]*(?:${assignment}|${comment}|)(?:\\n|(?<=[^\\n])$)`);

function linesIn(text: string): number {
  return text.split('\n').length;
}

function isShell(path: string, line: number, rest: string): AgentError {
  return new AgentError(`cannot take it as a setting: ${JSON.stringify(rest.split('\n', 1)[0])}`, {
    code: 'netboot.settings-are-shell',
    subject: `${path}:${line}`,
    remedy: 'write plain assignments such as ARCHES="amd64 i386"; no command in it is run',
    exitCode: ExitCode.badConfiguration,
  });
}
