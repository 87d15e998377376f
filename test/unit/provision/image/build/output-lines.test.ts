import { expect, test } from 'vitest';
import { whereLinesGo } from '../../../../../src/provision/image/build/output-lines.ts';

test.each([
  [{}, { log: undefined, toTerminal: true, withTime: true }],
  [{ LOGFILE: 'b.log' }, { log: 'b.log', toTerminal: false, withTime: true }],
  [
    { LOGFILE: 'b.log', DIB_QUIET: '0' },
    { log: 'b.log', toTerminal: true, withTime: true },
  ],
  [
    { LOGFILE: 'b.log', DIB_QUIET: '' },
    { log: 'b.log', toTerminal: false, withTime: true },
  ],
  [{ DIB_QUIET: '1' }, { log: undefined, toTerminal: false, withTime: true }],
  [{ DIB_NO_TIMESTAMP: '1' }, { log: undefined, toTerminal: true, withTime: false }],
])('%j', (environment, expected) => {
  expect(whereLinesGo(environment)).toEqual(expected);
});
