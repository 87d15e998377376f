import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { AgentError, describeError } from '../../../../src/core/error/agent-error.ts';

const wrapped = (subject: string, cause: unknown) =>
  new AgentError('cannot read it', { code: 'thing.unread', subject, remedy: 'try another', cause });

const failureOf = (path: string) => readFile(path).catch((error: unknown) => error);

describe('what the kernel refuses is told in words, without the call that Node made', () => {
  test.each([
    ['/nonexistent/file', '/nonexistent/file: no such file or directory'],
    ['/tmp', '/tmp: illegal operation on a directory'],
    ['/etc/passwd/file', '/etc/passwd/file: not a directory'],
  ])('%s', async (path, words) => {
    expect(describeError(await failureOf(path))).toBe(words);
  });

  test('as the cause of our own error, which names the path already', async () => {
    const error = wrapped('/nonexistent', await failureOf('/nonexistent'));
    expect(describeError(error)).toBe(
      '/nonexistent: cannot read it: no such file or directory (thing.unread); try another',
    );
  });

  test('as the cause of an error about another path', async () => {
    expect(describeError(wrapped('sdb', await failureOf('/nonexistent')))).toContain(
      'cannot read it: /nonexistent: no such file or directory (',
    );
  });
});

test.each([
  [new Error('it broke'), 'it broke'],
  [Object.assign(new Error('not of the kernel'), { code: 'ERR_OTHER' }), 'not of the kernel'],
  [Object.assign(new Error('connect ECONNREFUSED ::1:80'), { errno: -111 }), 'connect ECONNREFUSED ::1:80'],
  ['text', 'text'],
])('any other error is told as it is', (error, words) => {
  expect(describeError(error)).toBe(words);
});
