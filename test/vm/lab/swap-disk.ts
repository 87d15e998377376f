import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runOnHost } from './host-command.ts';

/** What the platform hands over at the start of a VM. */
export interface Payload {
  /** `/gandi/config`, in the platform's own form. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The customer's script. */
  readonly script?: string;
}

const agent = join(import.meta.dirname, '../../../dist/gandi-agent');

/** Writes a swap disk as the platform does, by the product's own command, and returns its image. */
export async function makeSwapDisk(folder: string, payload: Payload): Promise<string> {
  const image = join(folder, 'swap.img');
  const config = join(folder, 'config.json');
  await writeFile(config, JSON.stringify(payload.config));
  const script = payload.script === undefined ? [] : ['--script', await writeScript(folder, payload.script)];
  await runOnHost(agent, ['payload', 'create', '--config', config, ...script, '--output', image, '--size', '64M']);
  return image;
}

async function writeScript(folder: string, text: string): Promise<string> {
  const path = join(folder, 'script');
  await writeFile(path, text);
  return path;
}
