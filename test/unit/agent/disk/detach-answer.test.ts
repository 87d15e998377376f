import { expect, test } from 'vitest';
import {
  answerDetached,
  answerReleased,
  describeDetachAnswer,
  detachedSchema,
} from '../../../../src/agent/disk/detach-answer.ts';

test.each([
  [answerDetached({ path: '/dev/sdb', parent: null }, true), '/dev/sdb is detached; it may be removed now'],
  [answerDetached({ path: '/dev/sdb1', parent: 'sdb' }, true), '/dev/sdb is detached; it may be removed now'],
  [answerDetached({ path: '/dev/sdb1', parent: 'sdb' }, false), '/dev/sdb1 is unmounted; its disk is still in use'],
])('%j', (answer, text) => {
  expect(detachedSchema.parse(answer)).toEqual(answer);
  expect(describeDetachAnswer(answer, 'data')).toBe(text);
});

test('a disk that was detached before is told with its time, and how to have it back', () => {
  const answer = answerReleased({ device: '/dev/sdb', releasedAt: '2026-11-28T12:44:05.000Z' });
  expect(detachedSchema.parse(answer)).toMatchObject({ mayBeRemoved: true, detachedAt: '2026-11-28T12:44:05.000Z' });
  expect(describeDetachAnswer(answer, 'data')).toMatch(
    /^\/dev\/sdb was detached at \d\d:44:05; it may be removed now\. To have it back, run `gandi-agent disk attach data`$/,
  );
});
