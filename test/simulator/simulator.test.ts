import { describe, expect, test } from 'vitest';
import { runCampaign } from './campaign.ts';
import { type History, historyOf } from './history.ts';
import { plantedFaults } from './planted-faults.ts';
import { runHistory } from './run-history.ts';
import { shrink } from './shrink.ts';

const seed = Number(process.env.SEED || 1);
const histories = Number(process.env.HISTORIES || 10_000);
const minutes = 15;
/** Each planted fault was found far earlier. */
const historiesForAFault = 20_000;

test(`${histories} histories of a machine, from seed ${seed}: no law is broken`, {
  timeout: minutes * 60_000,
}, async () => {
  const { failures, seconds, touches } = await runCampaign({ seed, histories });
  console.log(
    `seed ${seed}: ${histories} histories, ${touches} touches, ${(histories / seconds).toFixed(0)} histories/s, ${failures.length} violations`,
  );
  // `make simulate SEED=<seed> HISTORIES=1` shows one, made short.
  expect(failures.slice(0, 5)).toEqual([]);
});

// Seeds of docs/testing.md that are not among the first. As long as nobody changes how a history is drawn, they show what they showed.
test.each([23606, 30102, 30765, 39562, 40972, 43940, 50455, 55260, 57497, 66187, 82414, 83481])(
  'the history of seed %i, which broke a law once, breaks none',
  async (each) => {
    expect((await runHistory(historyOf(each))).violations).toEqual([]);
  },
);

test('the same seed is the same history, to the last touch', async () => {
  for (const each of [3, 7, 11]) {
    const [one, other] = [await runHistory(historyOf(each)), await runHistory(historyOf(each))];
    expect(one).toEqual(other);
  }
});

test('what is not needed to break a law is left out of a history', async () => {
  const { disks, ...rest } = historyOf(1);
  const attach = (disk: number) => ({ do: 'attach', disk }) as const;
  // The first disk holds the system: nobody can take it and have the agent as it was.
  const scenes = [
    { before: [attach(1)], during: [] },
    { before: [attach(2), attach(1)], during: [{ touch: 3, what: attach(1) }] },
  ];
  const broken = { ...rest, disks: [...disks, ...disks], scenes };
  expect(
    await shrink(broken, async ({ scenes: [first] }) => new Set(first?.before.length === 2 ? ['law'] : [])),
  ).toMatchObject({ scenes });
  const isBroken = async ({ scenes: all }: History) =>
    new Set(all.flatMap(({ before }) => before).some(({ do: name }) => name === 'attach') ? ['law'] : []);
  expect((await shrink(broken, isBroken)).scenes).toEqual([{ before: [attach(1)], during: [] }]);
});

describe('a fault in the agent is found', () => {
  test('at least twenty are planted, and none twice', () => {
    expect(new Set(plantedFaults.map(({ name }) => name)).size).toBe(plantedFaults.length);
    expect(plantedFaults.length).toBeGreaterThanOrEqual(20);
  });

  test.each(plantedFaults.map((fault) => [fault.name, fault] as const))(
    '%s',
    { timeout: minutes * 60_000 },
    async (fault, { kinds }) => {
      const campaign = { seed, histories: historiesForAFault, fault };
      const { failures, histories: needed } = await runCampaign(
        kinds === undefined ? campaign : { ...campaign, kinds },
      );
      const [first] = failures;
      console.log(`${fault}: found after ${needed} histories by "${first?.violations[0]?.law}"`);
      expect(first).toBeDefined();
    },
  );
});
