import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAssignment } from '../../../../src/agent/assignment/parse-assignment.ts';
import { renderAssignment, unwritable } from '../../../../src/agent/assignment/render-assignment.ts';

const writable = fc
  .string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
  .filter((text) => unwritable(text) === undefined);

test('what is written is read as it was, whatever signs of a shell are in it', () => {
  fc.assert(
    fc.property(writable, writable, (serial, label) => {
      const text = renderAssignment('a remark', { SERIAL: serial, LABEL: label, PATH: '/srv/x', READ_ONLY: 'yes' });
      expect(parseAssignment('/etc/gandi/disks.d/x.conf', text, () => undefined)).toMatchObject({
        kind: 'valid',
        assignment: { selectors: { SERIAL: serial, LABEL: label }, path: '/srv/x', isReadOnly: true },
      });
    }),
    { seed: 7, numRuns: 500 },
  );
});

test.each(['', "it's", 'a\nb', 'a\u0000', 'a\u009b', '\u{fffd}', '\u{dce9}'])('%j cannot be written', (value) => {
  expect(unwritable(value)).toBeTypeOf('string');
});
