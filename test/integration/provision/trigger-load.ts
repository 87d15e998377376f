import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ask, startServing } from './serve-process.ts';

const machines = Array.from({ length: 200 }, (_, index) => `127.3.${1 + Math.floor(index / 100)}.${1 + (index % 100)}`);

/** What became of 200 machines that asked at once. */
export interface AtOnce {
  /** Seconds until the last was answered. */
  readonly slowest: number;
  readonly statuses: readonly number[];
}

/** A trigger that runs nothing, and lets a machine ask as often as it likes. */
export function dryRun() {
  return startServing('--dry-run', '--limit', '100000');
}

/** 200 machines at once, each of an address of its own, at our server and at one that does nothing. */
export async function measureTriggers(port: number): Promise<{ readonly ours: AtOnce; readonly bare: AtOnce }> {
  const idle = createServer((request, response) => {
    request.resume();
    response.end();
  });
  await new Promise<void>((listening) => idle.listen(0, '127.0.0.1', listening));
  try {
    const bare = await atOnce((idle.address() as AddressInfo).port);
    return { bare, ours: await atOnce(port) };
  } finally {
    idle.close();
  }
}

async function atOnce(port: number): Promise<AtOnce> {
  const start = performance.now();
  const answers = await Promise.all(machines.map((from) => ask({ port }, '/install/', { from })));
  return { slowest: (performance.now() - start) / 1000, statuses: answers.map(({ status }) => status) };
}
