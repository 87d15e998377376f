import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BareMetal, startBareMetal } from '../lab/bare-metal.ts';
import { stepWords } from '../src/provision/serve/hosts/step-words.ts';
import { openPage } from './demo-page.ts';

const page = openPage();
const folder = await mkdtemp(join(tmpdir(), 'gandi-demo-'));
let road: BareMetal | undefined;
try {
  page.heading('A PreOS and an image, which are kept for the next time; then a machine with an empty disk');
  road = await startBareMetal({ folder });
  await show(road);
} finally {
  await road?.close();
  await rm(folder, { recursive: true });
}

async function show(bareMetal: BareMetal): Promise<void> {
  for await (const { state, step, detail, seconds } of bareMetal.follow(1800))
    page.line(
      `${String(seconds).padStart(5)} s  ${state.padEnd(10)}  ${stepWords[step]}${detail === null ? '' : `: ${detail}`}`,
    );
  const host = await bareMetal.host();
  if (host?.state === 'done') return page.heading(`${host.name} is done: its agent said so`);
  console.error(await bareMetal.logs());
  process.exitCode = 1;
}
