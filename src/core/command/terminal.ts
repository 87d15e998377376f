import { oneLine } from '../system/one-line.ts';
import type { Terminal } from './command.ts';

interface Stream {
  write(text: string): unknown;
}

/** The one door to what a person sees; the streams are asked for when they are first written to. */
export function openTerminal(standardOutput: () => Stream, standardError: () => Stream): Terminal {
  const write = (stream: () => Stream, text: string) => void stream().write(`${text}\n`);
  return {
    out: (line) => write(standardOutput, oneLine(line)),
    err: (line) => write(standardError, oneLine(line)),
    json: (value) => write(standardOutput, asciiJson(value)),
    verbatim: (text) => write(standardOutput, text),
  };
}

/** JSON itself leaves U+007F to U+009F and what turns the direction of text as they are. */
function asciiJson(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2);
  return text.replace(/[^\n\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
