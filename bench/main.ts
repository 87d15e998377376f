// `make bench [ROUNDS=3] [PEERS=] [OLD_AGENT=]`: measures guests of the agent and of its peers beside each other, and what is measured
// without a guest; prints it, and writes docs/benchmarks.svg and the tables of docs/benchmarks.md.
import { readFile, writeFile } from 'node:fs/promises';
import { isEmulated } from '../lab/accelerator.ts';
import { drawBars } from './draw-bars.ts';
import type { Figures } from './figures.ts';
import { measureGuest } from './measure-guest.ts';
import { type Peer, peerNames, peers } from './peers.ts';
import { renderTable, type Rounds } from './render-benchmarks.ts';
import { replaceTable } from './replace-table.ts';
import { measureWithoutGuests, renderPlain } from './without-guests.ts';

const page = 'docs/benchmarks.md';
const picture = 'docs/benchmarks.svg';
/** Disks at once; the many take minutes, and are measured in the last round only. */
const [some, most] = [24, 256];
const count = Number(process.env.ROUNDS || 3);
const chosen = (process.env.PEERS || peerNames.join(',')).split(',');
const unknown = chosen.filter((name) => peers[name] === undefined);
if (unknown.length > 0) throw new Error(`no peer is called ${unknown.join(', ')}; there are ${peerNames.join(', ')}`);

const guests = Object.entries(peers).filter(([name]) => chosen.includes(name));
const plain = renderPlain(await measureWithoutGuests());
for (const line of plain) console.info(line);
const measured: Record<string, Figures[]> = Object.fromEntries(chosen.map((name) => [name, []]));
// The images are made before anything is measured.
for (const [, { image }] of guests) await image();
const countInstructions = await isEmulated();
for (let round = 1; round <= count; round++) {
  await measureRound(round);
  // What a round has shown is kept, whatever becomes of the next.
  await writePage(measured);
}
for (const line of renderTable(measured)) console.info(line);

/**
 * Two guests at a time where their clocks count instructions. On a real processor one at a time and in turns, so that
 * whatever else the host does slows down all of them.
 */
async function measureRound(round: number): Promise<void> {
  if (countInstructions) await Promise.all(guests.map(([name, peer]) => measurePeer(name, peer, round)));
  else for (const [name, peer] of guests) await measurePeer(name, peer, round);
}

/** A guest that fails costs its own figures only. */
async function measurePeer(name: string, peer: Peer, round: number): Promise<void> {
  try {
    const figures = await measureGuest(peer, round < count ? [some] : [some, most]);
    measured[name]?.push(figures);
    console.info(`round ${round} of ${count}, ${name}: ${JSON.stringify(figures)}`);
  } catch (error) {
    process.exitCode = 1;
    console.error(`round ${round} of ${count}, ${name}: ${error instanceof Error ? error.stack : String(error)}`);
  }
}

async function writePage(rounds: Rounds): Promise<void> {
  await writeFile(picture, drawBars(rounds, 'Guests beside each other, medians in seconds'));
  const text = await readFile(page, 'utf8');
  await writeFile(page, replaceTable(replaceTable(text, 'guests', renderTable(rounds)), 'plain', plain));
}
