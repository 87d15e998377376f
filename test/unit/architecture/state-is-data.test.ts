import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sourceFiles } from './imports.ts';

const sentences = 'note|message|because|problem|excuse|remedy';
const questions = 'startsWith|endsWith|includes|match|search|indexOf|split|slice|at';

/** A question about the words of a sentence, as a field (`record.note`) or under its own name. */
const asked = new RegExp(`(?<![\\w$])(?:${sentences})(?:\\?\\.|\\.)(?:${questions})\\(`);
/** A pattern that is tried on a sentence. */
const tried = new RegExp(`\\.(?:test|exec)\\((?:[\\w$?.]+\\.)?(?:${sentences})\\b`);
/** A sentence, put together by a function, that is asked at once. */
const composed = new RegExp(`\\b(?:note|message)Of\\([^()]*\\)(?:\\?\\.|\\.)(?:${questions})\\(`);

/** What is allowed, and why. */
const exceptions: Readonly<Record<string, string>> = {
  'src/core/system/log-entry.ts': 'a line for people does not say the same value twice',
};

const readsSentence = (text: string) => [asked, tried, composed].some((pattern) => pattern.test(text));

test.each([
  "records.filter(({ note }) => note.startsWith('DHCP'))",
  "record?.note?.startsWith('left')",
  "if (noteOf(wish).startsWith('left ')) return;",
  'lines.filter((line) => / says: /.test(entry.message))',
  "error.message.includes('busy')",
])('a decision that reads a sentence is seen: %s', (text) => {
  expect(readsSentence(text)).toBe(true);
});

test('state is data: no source reads what was written for people', () => {
  const found = sourceFiles.filter((file) => readsSentence(readFileSync(file, 'utf8')));
  expect(found.filter((file) => exceptions[file] === undefined)).toEqual([]);
});

test('no exception is left over', () => {
  const found = Object.keys(exceptions).filter((file) => !readsSentence(readFileSync(file, 'utf8')));
  expect(found).toEqual([]);
});
