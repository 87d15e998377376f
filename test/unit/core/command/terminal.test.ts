import { expect, test } from 'vitest';
import { openTerminal } from '../../../../src/core/command/terminal.ts';

const evil = '\u001b[31mE\u001b]0;pw\u0007\r\nforged \u202egnp.exe \u009b2J é 漢';
const shown = '\\u{1b}[31mE\\u{1b}]0;pw\\u{7}\\u{d}\\u{a}forged \\u{202e}gnp.exe \\u{9b}2J é 漢';

function terminalOf() {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = openTerminal(
    () => ({ write: (text: string) => out.push(text) }),
    () => ({ write: (text: string) => err.push(text) }),
  );
  return { terminal, out, err };
}

test('what a disk or a payload says is one line, as in the journal, and moves no cursor', () => {
  const { terminal, out, err } = terminalOf();
  terminal.out(evil);
  terminal.err(evil);
  expect([out, err]).toEqual([[`${shown}\n`], [`${shown}\n`]]);
});

test('JSON is printable ASCII, and says the same', () => {
  const { terminal, out } = terminalOf();
  const value = { [evil]: ['\u007f', '𝒳', evil] };
  terminal.json(value);
  const text = out.join('');
  expect(text).toMatch(/^[\n\x20-\x7e]*$/);
  expect(JSON.parse(text)).toEqual(value);
});

test('verbatim is verbatim', () => {
  const { terminal, out } = terminalOf();
  terminal.verbatim(evil);
  expect(out).toEqual([`${evil}\n`]);
});

test('a piece with a style is coloured where there are colours, and is made harmless first', () => {
  const draw = (hasColours: boolean) => {
    const out: string[] = [];
    const stream = () => ({ write: (text: string) => out.push(text) });
    openTerminal(stream, stream, { columns: 80, hasColours }).out(['a ', { text: '\u001b[2J', style: 'red' }]);
    return out.join('');
  };
  expect(draw(true)).toBe('a \u001b[31m\\u{1b}[2J\u001b[39m\n');
  expect(draw(false)).toBe('a \\u{1b}[2J\n');
});
