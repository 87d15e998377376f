import { expect, test } from 'vitest';
import { AgentError } from '../../../../src/core/error/agent-error.ts';
import { pipeThrough } from '../../../../src/core/system/pipe-through.ts';
import { readPayloadArchive } from '../../../../src/core/payload/payload-archive.ts';
import { archiveOf, configText, memoryReader, withChecksum } from './archives.ts';
import { seededRandom } from './seeded-random.ts';

const seeds = Array.from({ length: 2000 }, (_, seed) => seed);

const whole = await archiveOf([
  { name: 'gandi/', type: 'directory' },
  { name: 'gandi/config', content: configText },
  { name: `gandi/${'long'.repeat(40)}/\u00e9`, content: 'x' },
  { name: 'gandi/script', content: '#!/bin/sh\n' },
]);

test('2,000 changed archives: members inside gandi/, or an error of ours', async () => {
  const outcomes = new Map<string, number>();
  for (const seed of seeds) {
    const outcome = await outcomeOf(mutate(whole, seed)).catch((error: unknown) => {
      throw new Error(`seed ${seed}`, { cause: error });
    });
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  // The changes must reach every part of the reader, else the test shows nothing.
  expect([...outcomes.keys()]).toEqual(
    expect.arrayContaining(['read', 'payload.checksum', 'payload.truncated', 'payload.unsafe-path', 'payload.damaged']),
  );
});

async function outcomeOf(bytes: Buffer): Promise<string> {
  try {
    const archive = await readPayloadArchive(memoryReader(bytes, 4096), { pipe: pipeThrough }, 0);
    for (const { name } of archive?.members ?? []) {
      expect(name).toMatch(/^gandi(\/|$)/);
      expect(name.split('/')).not.toContain('..');
    }
    return archive === undefined ? 'none' : 'read';
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    expect(error.exitCode).toBe(3);
    return error.code;
  }
}

/** One to four changes; what was changed in a header gets a right checksum half the time. */
function mutate(original: Buffer, seed: number): Buffer {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  let bytes = Buffer.from(original);
  for (let left = 1 + below(4); left > 0 && bytes.length >= 512; left -= 1) {
    const start = below(bytes.length / 512) * 512;
    const change = below(2) === 0 ? below(5) : 0;
    if (change === 1) bytes = bytes.subarray(0, start);
    else if (change === 2) bytes = Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + 512)]);
    else if (change === 3) bytes = Buffer.concat([bytes.subarray(0, start + 512), bytes.subarray(start)]);
    else if (change === 4) bytes.writeUInt8(below(256), below(bytes.length));
    else forgeHeader(bytes.subarray(start, start + 512), below);
  }
  return bytes;
}

/** Changes the name, mode, size, type or magic of a block that is a header; does nothing to another. */
function forgeHeader(block: Buffer, below: (limit: number) => number): void {
  if (block.toString('latin1', 257, 262) !== 'ustar') return;
  const forgeries = [
    () => block.write(['../x', '/etc/', 'gandi/../x', 'gandi'][below(4)] ?? '', 0),
    () => block.write(String(below(10 ** 6)).padStart(7, '0'), 100),
    () => block.write(String(below(10 ** 5)).padStart(11, '0'), 124),
    () => block.write('012345670LKxgSV'.charAt(below(15)), 156),
    () => block.write('x', 257 + below(6)),
  ];
  forgeries[below(forgeries.length)]?.();
  if (below(2) === 0) block.set(withChecksum(block));
}
