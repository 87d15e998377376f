import { expect, test } from 'vitest';
import type { PortEnd } from '../../../../src/agent/host-port/host-port.ts';
import { converse } from '../../../../src/agent/host-request/conversation.ts';
import { longestRequest } from '../../../../src/agent/host-request/request.ts';

type Heard = string | 'closed' | 'quiet';

/** A port on which this is heard, one after the other, and then what is told last; its clock goes on only while somebody sleeps. */
async function conversation(heard: readonly Heard[], then: 'closed' | 'quiet') {
  const written: string[] = [];
  const asked: string[] = [];
  let now = 0;
  const left = [...heard];
  const port: PortEnd = {
    read: async () => {
      const next = left.shift() ?? then;
      return next === 'closed' || next === 'quiet' ? next : Buffer.from(next, 'latin1');
    },
    write: async (line) => void written.push(line),
  };
  const clock = {
    monotonic: () => now,
    sleep: async (seconds: number) => {
      now += seconds;
    },
  };
  const answer = async (line: string) => `answer ${asked.push(line)}\n`;
  await converse(port, answer, clock);
  return { asked, written, seconds: Math.round(now) };
}

test.each<[what: string, heard: Heard[], asked: string[]]>([
  ['one line', ['{"a":1}\n'], ['{"a":1}']],
  ['a line in pieces', ['{"a"', 'quiet', ':1}', '\n'], ['{"a":1}']],
  ['several lines at once', ['1\n2\n3\n'], ['1', '2', '3']],
  ['empty lines', ['\n\r\n1\n\n'], ['1']],
  ['a host that connects after the port was opened', ['closed', 'closed', '1\n'], ['1']],
  ['bytes that are no text', ['\xff\xfe\n'], ['\ufffd\ufffd']],
])('%s: each is answered', async (_, heard, asked) => {
  const told = await conversation(heard, 'closed');
  expect(told.asked).toEqual(asked);
  expect(told.written).toEqual(asked.map((_line, index) => `answer ${index + 1}\n`));
});

test('it ends as soon as the host has its answer and closes the port', async () => {
  expect((await conversation(['1\n'], 'closed')).seconds).toBe(0);
});

test.each(['closed', 'quiet'] as const)('it ends after ten seconds in which nothing is asked (%s)', async (state) => {
  expect((await conversation([], state)).seconds).toBe(10);
});

test('half a line is no request', async () => {
  expect((await conversation(['{"a":1}'], 'quiet')).asked).toEqual([]);
});

test('of a line without end nothing is kept beyond the limit, and the next line is one', async () => {
  const pieces = Array.from({ length: 200 }, () => 'x'.repeat(4096));
  const { asked } = await conversation([...pieces, '\n', '1\n'], 'closed');
  expect(asked).toHaveLength(2);
  expect(asked[0]?.length).toBeGreaterThan(longestRequest);
  expect(asked[0]?.length).toBeLessThan(5 * longestRequest);
  expect(asked[1]).toBe('1');
});

test('a host that asks without end has a hundred answers', async () => {
  const { written } = await conversation(
    Array.from({ length: 200 }, () => '1\n'),
    'quiet',
  );
  expect(written).toHaveLength(100);
});
