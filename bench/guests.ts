import { writeFile } from 'node:fs/promises';
import type { Figures } from './figures.ts';
import { measureGuest } from './measure-guest.ts';
import { type PeerName, peerNames, peers } from './peers.ts';
import { renderTable, type Rounds } from './render-benchmarks.ts';

const count = Number(process.env.ROUNDS || 3);
const output = process.env.OUTPUT || 'bench.json';
const chosen = (process.env.PEERS || peerNames.join(',')).split(',') as PeerName[];

/** In turns, so that whatever else the host does slows down all of them. */
const rounds: Record<string, Figures[]> = Object.fromEntries(chosen.map((name) => [name, []]));
for (let round = 1; round <= count; round++) {
  for (const name of chosen) {
    const figures = await measureGuest(peers[name]);
    rounds[name]?.push(figures);
    console.info(`round ${round} of ${count}, ${name}: ${JSON.stringify(figures)}`);
    await writeFile(output, `${JSON.stringify(rounds, undefined, 2)}\n`);
  }
}
for (const line of renderTable(rounds satisfies Rounds)) console.info(line);
