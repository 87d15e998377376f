import { createHash } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from '../../core/text/json-text.ts';
import { Secret } from '../../core/secret/secret.ts';

/** A configuration that the platform asked for and that is not applied yet; for root only, as there may be a password hash in it. */
export const askedPath = '/gandi/asked.json';

const schema = z.object({
  version: z.literal(1),
  base: z.string().nullable(),
  isNewCode: z.boolean(),
  configuration: z.record(z.string(), z.unknown()),
});

export interface AskedConfiguration {
  /** Digest of what was on record when it was asked for; null for nothing. What came since is newer than this. */
  readonly base: string | null;
  /** The customer's code is another than that on record was then: the record may be written in part when it is asked again. */
  readonly isNewCode: boolean;
  /** As `/gandi/config` is to have it. */
  readonly text: string;
}

export function renderAsked({ base, isNewCode, text }: AskedConfiguration): Secret {
  const start = JSON.stringify({ version: 1, base, isNewCode }).slice(0, -1);
  return new Secret(`${start},"configuration":${text.trimEnd()}}\n`);
}

/** @returns undefined for a text that is not one of `renderAsked` */
export function parseAsked(text: string): AskedConfiguration | undefined {
  const json = parseJson(text);
  const parsed = 'mistake' in json ? undefined : schema.safeParse(json.value);
  if (parsed?.success !== true) return undefined;
  const { base, isNewCode, configuration } = parsed.data;
  return { base, isNewCode, text: configurationText(configuration) };
}

/** The one form in which it is stored, compared and digested. */
export function configurationText(configuration: object): string {
  return `${JSON.stringify(configuration)}\n`;
}

/** What the record of the agent keeps of it. */
export function digestOfText(text: string): { readonly digest: string; readonly length: number } {
  return { digest: createHash('sha256').update(text).digest('hex'), length: Buffer.byteLength(text) };
}
