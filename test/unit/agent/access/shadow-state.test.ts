import { expect, test } from 'vitest';
import { shadowState } from '../../../../src/agent/access/shadow-state.ts';

const state = (line: string) => shadowState(line.split(':'), 20_000);

test.each([
  ['a:$6$salt$hash:19000:0:99999:7:::', 'set', false],
  ['a::19000:0:99999:7:::', 'empty', false],
  ['a:!:19000:0:99999:7:::', 'locked', false],
  ['a:!$6$salt$hash:19000:0:99999:7:::', 'locked', false],
  ['a:*:19000:0:99999:7:::', 'none', false],
  ['a:x', 'none', false],
  ['a:$6$s$h:19000:0:99999:7::20000:', 'set', true],
  ['a:$6$s$h:19000:0:99999:7::20001:', 'set', false],
  ['a:$6$s$h:19000:0:90:7:30::', 'set', true],
  ['a:$6$s$h:19900:0:90:7:30::', 'set', false],
  ['a:$6$s$h:0:0:90:7:30::', 'set', false],
])('%s: the password is %s, expired: %s', (line, password, isExpired) => {
  expect(state(line)).toEqual({ password, isExpired });
});
