import { z } from 'zod';

/** cryptsetup-luksDump(8), --dump-json-metadata: the LUKS2 On-Disk Format Specification has the keys. */
const schema = z.object({
  tokens: z.record(z.string(), z.looseObject({ type: z.string(), 'tpm2-pin': z.boolean().optional() })).default({}),
});

/** Of cryptsetup(8): all that the header says of a LUKS2 container; anything else has none, and ends it with an error. */
export function tokensReport(device: string): string[] {
  return ['luksDump', '--dump-json-metadata', '--', device];
}

/**
 * Numbers of the tokens that open a container without a person: of the TPM, as systemd-cryptenroll(1) writes them, without a PIN. A FIDO2
 * key waits for a touch, a smart card for its PIN.
 * @param text of `tokensReport`; any other text has no tokens
 */
export function parseTokens(text: string): number[] {
  const { success, data } = schema.safeParse(jsonOf(text));
  if (!success) return [];
  const unattended = Object.entries(data.tokens).filter(
    ([, token]) => token.type === 'systemd-tpm2' && token['tpm2-pin'] !== true,
  );
  return unattended.map(([number]) => Number(number));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
