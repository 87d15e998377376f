// `make simulate [SEED=] [HISTORIES=]`: runs histories on all cores, and shows the first that breaks a law, made as short as it
// gets. Its seed shows it again: SEED=<seed> HISTORIES=1.
import { runCampaign } from './campaign.ts';
import { type History, historyOf } from './history.ts';
import { describe, runHistory } from './run-history.ts';
import { shrink } from './shrink.ts';

const seed = Number(process.env.SEED || 1);
const histories = Number(process.env.HISTORIES || 10_000);

const { failures, touches, seconds } = await runCampaign({ seed, histories });
const laws = Map.groupBy(failures, ({ violations }) => violations[0]?.law ?? '');
for (const [law, broken] of laws)
  console.log(
    `${law}: ${broken.length} times, by seeds ${broken
      .slice(0, 10)
      .map((each) => each.seed)
      .join(', ')}`,
  );
const [first] = failures;
if (first !== undefined) await show(historyOf(first.seed));
console.log(
  `seed ${seed}: ${histories} histories, ${touches} touches of the machine, ${(histories / seconds).toFixed(0)} histories/s, ${failures.length} violations`,
);
process.exitCode = failures.length === 0 ? 0 : 1;

async function show(history: History): Promise<void> {
  const shortest = await shrink(history);
  const { story, violations } = await runHistory(shortest);
  console.log(`\nhistory ${history.seed} (${history.kind}), made short:`);
  for (const [index, disk] of history.disks.entries()) console.log(`  disk ${index + 1}: ${JSON.stringify(disk)}`);
  console.log(`  flags: ${history.flags.trim().split('\n').join(' ')}`);
  for (const { before, during } of shortest.scenes) {
    console.log(`  scene: ${before.map(describe).join('; ') || 'nothing'}`);
    for (const { touch, what } of during) console.log(`    at touch ${touch} of the run: ${describe(what)}`);
  }
  console.log(`\nwhat happened, by touches:\n${story.join('\n')}\n`);
  for (const { law, what } of violations) console.log(`broken: ${law}: ${what}`);
}
