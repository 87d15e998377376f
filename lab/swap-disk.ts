import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runOnHost } from './host-command.ts';

/** What the platform hands over at the start of a VM. */
export interface Payload {
  /** `/gandi/config`, in the platform's own form. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The customer's script. */
  readonly script?: string;
}

const agent = join(import.meta.dirname, '../dist/gandi-agent');

/** Writes the image of a swap disk as the platform does, by the product's own command. */
export async function makeSwapDisk(image: string, payload: Payload): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lab-payload-'));
  try {
    const files = ['--config', await write(folder, 'config', JSON.stringify(payload.config))];
    if (payload.script !== undefined) files.push('--script', await write(folder, 'script', payload.script));
    await runOnHost(agent, ['payload', 'create', ...files, '--output', image, '--size', '64M']);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function write(folder: string, name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}
