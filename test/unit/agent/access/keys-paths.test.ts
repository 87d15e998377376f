import { expect, test } from 'vitest';
import { keysPathsOf, namesBelow } from '../../../../src/agent/access/keys-paths.ts';

const alice = { name: 'alice', uid: 1000, gid: 1000, home: '/home/alice', shell: '/bin/bash' };

test.each([
  ['.ssh/authorized_keys', '/home/alice/.ssh/authorized_keys', false, true],
  ['%h/.keys', '/home/alice/.keys', false, true],
  ['/etc/ssh/keys/%u', '/etc/ssh/keys/alice', false, false],
  ['/keys/%U', '/keys/1000', false, false],
  ['/keys/50%%u', '/keys/50%u', true, false],
  ['/etc/ssh/keys', '/etc/ssh/keys', true, false],
  ['../all', '/home/all', true, false],
])('%s is %s', (pattern, path, isShared, isOwn) => {
  expect(keysPathsOf([pattern], alice)).toEqual([{ path, isOwn, isShared }]);
});

test('names below a folder', () => {
  expect(namesBelow('/root', '/root/.ssh/a')).toEqual(['.ssh', 'a']);
  expect(namesBelow('/root', '/rootkit/a')).toBeUndefined();
  expect(namesBelow('/', '/a/b')).toEqual(['a', 'b']);
});
