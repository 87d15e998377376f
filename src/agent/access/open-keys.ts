/**
 * Type and body of each key in a text of authorized_keys that lets its owner in: a key with `command=` runs that command and
 * nothing else. sshd(8), AUTHORIZED_KEYS FILE FORMAT: a line has options, which may be missing, the type, the body and a comment.
 */
export function openKeys(text: string): string[] {
  return text.split('\n').flatMap((line) => openKey(line.trim()) ?? []);
}

function openKey(line: string): string | undefined {
  if (line.startsWith('#')) return undefined;
  const bare = keyAtStart(line);
  if (bare !== undefined) return bare;
  const end = endOfOptions(line);
  return /\bcommand=/i.test(line.slice(0, end)) ? undefined : keyAtStart(line.slice(end).trimStart());
}

function keyAtStart(text: string): string | undefined {
  const [type = '', body = ''] = text.split(/[ \t]+/, 2);
  return /^(?:ssh|ecdsa|sk)-./.test(type) && body.startsWith('AAAA') ? `${type} ${body}` : undefined;
}

/** Options hold spaces only within quotes, and there a quote behind a backslash. authfile.c of OpenSSH: sshkey_advance_past_options. */
function endOfOptions(line: string): number {
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    if (line.startsWith('\\"', at)) at++;
    else if (line[at] === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (line[at] === ' ' || line[at] === '\t')) return at;
  }
  return line.length;
}
