import { expect } from 'vitest';
import { sharedGuest, test } from '../../lab/story.ts';
import { type Answer, limitOf, median, show, timed, yardstick } from './kernel-event.ts';

const limit = 1;
const rounds = 5;

const guest = sharedGuest({ debian: 12, countsInstructions: true });

test(`a platform that plugs its port to ask is answered within ${limit} s, nothing of the agent running before`, async () => {
  const answers: Answer[] = [];
  const yardsticks: Answer[] = [];
  for (let round = 0; round < rounds; round++) {
    yardsticks.push(await yardstick(guest()));
    const { answer, done } = await timed(guest(), 'add virtio-ports', 'test -e /run/answered', async () => {
      const port = await guest().attachPort('org.gandi.agent.1');
      port.say('{"version":1,"ask":"status"}');
      expect(JSON.parse(await port.line(0, 60))).toMatchObject({ ask: 'status', result: 'done' });
      await guest().expect(': >/run/answered');
      return port;
    });
    answers.push(answer);
    await guest().expect('rm /run/answered');
    await done.detach();
  }
  console.log(`question to answer: ${answers.map(show).join(', ')}`);
  console.log(`yardstick: ${yardsticks.map(show).join(', ')}`);
  expect(median(answers)).toBeLessThan(limitOf(limit, yardsticks));
});
