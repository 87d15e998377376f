import { expect, test } from 'vitest';
import { runCampaign } from './campaign.ts';

// Another part of all histories every night.
const seed = Number(process.env.SEED || Math.floor(Date.now() / 86_400_000) * 1_000_000);
const histories = Number(process.env.HISTORIES || 1_000_000);
const hours = 8;

test(`${histories} histories of a machine, from seed ${seed}: no law is broken`, {
  timeout: hours * 3_600_000,
}, async () => {
  const { failures, seconds, touches } = await runCampaign({ seed, histories });
  console.log(
    `seed ${seed}: ${histories} histories, ${touches} touches, ${(histories / seconds).toFixed(0)} histories/s, ${failures.length} violations`,
  );
  expect(failures.slice(0, 20)).toEqual([]);
});
