import { expect, test } from 'vitest';
import { breakPoints } from '../../../../../src/provision/image/phases/break-points.ts';
import { phases } from '../../../../../src/provision/image/phases/phase.ts';

test('without the variable nothing stops a build', () => {
  const { isAt, isAtError } = breakPoints({});
  expect([isAt('before', phases.install), isAt('after', phases.install), isAtError]).toEqual([false, false, false]);
});

test('points are named by phase', () => {
  const { isAt, isAtError } = breakPoints({ break: 'before-pre-install,after-root,after-error' });
  expect(isAt('before', phases.preInstall)).toBe(true);
  expect(isAt('after', phases.preInstall)).toBe(false);
  expect(isAt('before', phases.install)).toBe(false);
  expect(isAt('after', phases.root)).toBe(true);
  expect(isAtError).toBe(true);
});

test('what is run: bash, or a line of sh; in the tree or outside', () => {
  expect(breakPoints({}).program).toEqual(['bash']);
  expect(breakPoints({ break_cmd: 'echo a | cat' }).program).toEqual(['sh', '-c', 'echo a | cat']);
  expect(breakPoints({}).isOutside).toBe(false);
  expect(breakPoints({ break_outside_target: '1' }).isOutside).toBe(true);
});
