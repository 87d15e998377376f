import { expect, test } from 'vitest';
import { scriptArguments } from '../../../../src/agent/postboot/script-arguments.ts';

test('words are split as a shell does, and not expanded', () => {
  expect(scriptArguments(`--name "my web" $HOME`)).toEqual(['--name', 'my web', '$HOME']);
});

test.each([`"open`, `it's`, `a "b' c`])('%j: a quote that is never closed is refused', (text) => {
  expect(() => scriptArguments(text)).toThrow(expect.objectContaining({ code: 'postboot.bad-arguments' }));
});
