/** What stands where a secret was. */
const mask = '[redacted]';

/** crypt(5): `$id$…`, as it stands in shadow(5) and in a payload. */
const cryptHash = /\$(?:[0-9a-z]{1,3}|argon2\w*)\$[A-Za-z0-9./=,+$-]{8,}/g;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
/** `password: x`, `token=x`, `"secret": "x"`. */
const named = /((?:pass(?:word|wd|phrase)?|secret|token|api[_-]?key)["']?\s*[=:]\s*["']?)[^\s"',;}]+/gi;

/**
 * Text without secrets: those that are known (of the payload), and whatever looks like one. It may take away too
 * much, as what it leaves leaves the machine.
 * @param known secrets that must be found whatever is around them
 */
export function redact(text: string, known: readonly string[]): string {
  const withoutKnown = variants(known).reduce((rest, secret) => rest.replaceAll(secret, mask), text);
  return withoutKnown.replace(privateKey, mask).replace(cryptHash, mask).replace(named, `$1${mask}`);
}

/** As it is, as JSON writes it, and each line of it; longest first, so that no half of one stays. Short words would hide everything. */
function variants(known: readonly string[]): string[] {
  const all = known.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), ...secret.split('\n')]);
  return [...new Set(all)].filter((secret) => secret.trim().length >= 4).sort((a, b) => b.length - a.length);
}
