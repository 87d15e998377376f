import { z } from 'zod';
import { Secret } from '../../core/secret/secret.ts';
import type { OutcomePlace } from '../machine-config/machine-config.ts';

/** There from the moment when a configuration asks for an outcome until it was posted; gandi-outcome.service starts by it. */
export const outcomeDuePath = '/gandi/outcome.json';

const schema = z.object({ version: z.literal(1), url: z.string(), key: z.string() });

export function renderOutcomeDue({ url, key }: OutcomePlace): Secret {
  return new Secret(`${JSON.stringify({ version: 1, url, key: key.reveal() })}\n`);
}

/** @returns undefined for a text that is not one of `renderOutcomeDue` */
export function parseOutcomeDue(text: string): OutcomePlace | undefined {
  try {
    const { url, key } = schema.parse(JSON.parse(text));
    return { url, key: new Secret(key) };
  } catch {
    return undefined;
  }
}
