import { styleText } from 'node:util';
import { wellFormed } from '../system/byte-text.ts';
import { oneLine } from '../system/one-line.ts';
import type { JsonLayout, Terminal } from './command.ts';
import { type Line, spansOf } from './line.ts';

interface Stream {
  write(text: string): unknown;
}

/** What is known of the screen; without one the reader is a program. */
export interface Screen {
  readonly columns: number;
  readonly hasColours: boolean;
}

/** The one door to what a person sees; the streams are asked for when they are first written to. */
export function openTerminal(standardOutput: () => Stream, standardError: () => Stream, screen?: Screen): Terminal {
  const write = (stream: () => Stream, text: string) => void stream().write(`${text}\n`);
  return {
    columns: screen?.columns ?? Number.POSITIVE_INFINITY,
    out: (line) => write(standardOutput, draw(line, screen?.hasColours ?? false)),
    err: (line) => write(standardError, oneLine(line)),
    json: (value, layout) => write(standardOutput, asciiJson(value, layout)),
    verbatim: (text) => write(standardOutput, text),
  };
}

/** Each piece is made harmless before it gets its style, so that only a style of ours is one. */
function draw(line: Line, hasColours: boolean): string {
  return spansOf(line)
    .map((span) => {
      if (typeof span === 'string') return oneLine(span);
      return hasColours ? styleText(span.style, oneLine(span.text), { validateStream: false }) : oneLine(span.text);
    })
    .join('');
}

/** JSON itself leaves U+007F to U+009F and what turns the direction of text as they are. */
function asciiJson(value: unknown, layout: JsonLayout = 'indented'): string {
  const text = JSON.stringify(value, wellFormed, layout === 'indented' ? 2 : undefined);
  return text.replace(/[^\n\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
