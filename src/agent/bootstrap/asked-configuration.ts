import { createHash } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from '../../core/text/json-text.ts';
import { Secret } from '../../core/secret/secret.ts';

/** A configuration that the platform asked for and that is not applied yet; for root only, as there may be a password hash in it. */
export const askedPath = '/gandi/asked.json';

const schema = z.object({
  version: z.literal(1),
  base: z.string().nullable(),
  configuration: z.record(z.string(), z.unknown()),
});

export interface AskedConfiguration {
  /** Digest of what was on record when it was asked for; null for nothing. What came since is newer than this. */
  readonly base: string | null;
  /** As `/gandi/config` is to have it. */
  readonly text: string;
}

export function renderAsked({ base, text }: AskedConfiguration): Secret {
  return new Secret(`{"version":1,"base":${JSON.stringify(base)},"configuration":${text.trimEnd()}}\n`);
}

/** @returns undefined for a text that is not one of `renderAsked` */
export function parseAsked(text: string): AskedConfiguration | undefined {
  const json = parseJson(text);
  const parsed = 'mistake' in json ? undefined : schema.safeParse(json.value);
  if (parsed?.success !== true) return undefined;
  return { base: parsed.data.base, text: configurationText(parsed.data.configuration) };
}

/** The one form in which it is stored, compared and digested. */
export function configurationText(configuration: object): string {
  return `${JSON.stringify(configuration)}\n`;
}

/** What the record of the agent keeps of it. */
export function digestOfText(text: string): { readonly digest: string; readonly length: number } {
  return { digest: createHash('sha256').update(text).digest('hex'), length: Buffer.byteLength(text) };
}
