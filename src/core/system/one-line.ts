// Control characters, and those that start a line, hide text or turn its direction (Unicode categories Cc, Cf, Zl, Zp).
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text from a disk or a payload must not be able to start a line of its own or to move the reader's cursor. */
export function oneLine(value: string): string {
  return value.replace(unsafe, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
