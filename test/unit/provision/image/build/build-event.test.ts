import { expect, test } from 'vitest';
import { readBuildEvent } from '../../../../../src/provision/image/build/build-event.ts';

test.each([
  ['{"event":"phase","phase":"root.d"}', { event: 'phase', phase: 'root.d' }],
  ['{"event":"step","step":"root.d/10-os","seconds":1.5}', { event: 'step', step: 'root.d/10-os', seconds: 1.5 }],
  ['{"event":"nosuch"}', undefined],
  ['no JSON', undefined],
])('%s', (line, expected) => {
  expect(readBuildEvent(line)).toEqual(expected);
});
