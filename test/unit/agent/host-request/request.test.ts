import { describe, expect, test } from 'vitest';
import { requestKinds } from '../../../../src/agent/flags/request-kinds.ts';
import { longestRequest, parseRequest } from '../../../../src/agent/host-request/request.ts';

const ask = (request: object) => JSON.stringify({ version: 1, ...request });

test.each<[request: object, parsed: object]>([
  [{ ask: 'status' }, { version: 1, id: null, ask: 'status' }],
  [
    { ask: 'status', id: 'a' },
    { version: 1, id: 'a', ask: 'status' },
  ],
  [
    { ask: 'detach', serial: 'vol-1' },
    { version: 1, id: null, ask: 'detach', serial: 'vol-1' },
  ],
  [{ ask: 'trim' }, { version: 1, id: null, ask: 'trim', serial: null }],
  [{ ask: 'freeze' }, { version: 1, id: null, ask: 'freeze', seconds: 60 }],
  [
    { ask: 'freeze', seconds: 600 },
    { version: 1, id: null, ask: 'freeze', seconds: 600 },
  ],
  [{ ask: 'thaw' }, { version: 1, id: null, ask: 'thaw' }],
  [
    { ask: 'apply', configuration: { vm_hostname: 'web2' } },
    { version: 1, id: null, ask: 'apply', configuration: { vm_hostname: 'web2' } },
  ],
])('%j is a request', (request, parsed) => {
  expect(parseRequest(ask(request), requestKinds)).toEqual(parsed);
});

test.each<[what: string, line: string, code: string, id?: string]>([
  ['no JSON', '{"ask":', 'request.not-json'],
  ['what is nested too deep', `${'['.repeat(100)}${']'.repeat(100)}`, 'request.not-json'],
  ['a line that is too long', ask({ ask: 'status', id: 'x'.repeat(longestRequest) }), 'request.too-long'],
  ['one without a configuration', `${ask({ ask: 'trim', id: 'a' })}${' '.repeat(4096)}`, 'request.too-long', 'a'],
  [
    'a configuration that is not an object',
    ask({ ask: 'apply', configuration: ['web2'], id: 'a' }),
    'request.mistaken',
    'a',
  ],
  ['no object', '"status"', 'request.mistaken'],
  ['nothing asked', ask({ id: 'a' }), 'request.mistaken', 'a'],
  ['another version', '{"version":2,"ask":"status"}', 'request.mistaken'],
  ['what nobody knows', ask({ ask: 'reboot', id: 'a' }), 'request.mistaken', 'a'],
  ['a key that nobody knows', ask({ ask: 'detach', serial: 'vol-1', force: true }), 'request.mistaken'],
  ['no serial', ask({ ask: 'detach' }), 'request.mistaken'],
  ['an empty serial', ask({ ask: 'detach', serial: '' }), 'request.mistaken'],
  ['a serial that is too long', ask({ ask: 'detach', serial: 'x'.repeat(257) }), 'request.mistaken'],
  ['an id that is too long', ask({ ask: 'status', id: 'x'.repeat(65) }), 'request.mistaken'],
  ['a deadline that is none', ask({ ask: 'freeze', seconds: 0 }), 'request.mistaken'],
  ['a deadline that is too far away', ask({ ask: 'freeze', seconds: 601 }), 'request.mistaken'],
  ['a part of a second', ask({ ask: 'freeze', seconds: 1.5 }), 'request.mistaken'],
])('%s is refused', (_, line, code, id) => {
  expect(parseRequest(line, requestKinds)).toEqual({ id: id ?? null, ask: null, code });
});

describe('what the admin switched off', () => {
  const requests = { status: {}, detach: { serial: 'vol-1' }, trim: {}, freeze: {}, apply: { configuration: {} } };

  test.each(requestKinds)('%s is refused, and all others are not', (kind) => {
    const allowed = requestKinds.filter((each) => each !== kind);
    for (const each of requestKinds) {
      const parsed = parseRequest(ask({ ask: each, id: 'a', ...requests[each] }), allowed);
      if (each === kind) expect(parsed).toEqual({ id: 'a', ask: kind, code: 'request.switched-off' });
      else expect(parsed).not.toHaveProperty('code');
    }
  });

  test('thaw goes with freeze', () => {
    expect(parseRequest(ask({ ask: 'thaw' }), ['freeze'])).not.toHaveProperty('code');
    expect(parseRequest(ask({ ask: 'thaw' }), ['status', 'detach', 'trim'])).toHaveProperty('code');
  });
});
