const mark = '# gandi-agent';

/**
 * /etc/hosts with a line that maps the address to the host name. Only the line that carries our mark is ever
 * replaced; an admin's line that already names the host is enough.
 * @param text undefined if there is no file yet
 */
export function withHostEntry(text: string | undefined, address: string, hostname: string): string {
  const lines = (text ?? initialHosts).split('\n');
  const others = lines.filter((line) => !line.trimEnd().endsWith(mark));
  if (others.some((line) => namesHost(line, hostname))) return others.join('\n');
  const short = hostname.split('.')[0] ?? hostname;
  const names = short === hostname ? hostname : `${hostname} ${short}`;
  return insertBeforeEnd(others, `${address} ${names} ${mark}`).join('\n');
}

const initialHosts = '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n';

function namesHost(line: string, hostname: string): boolean {
  const [, ...names] = (line.split('#')[0] ?? '').trim().split(/\s+/);
  return names.includes(hostname);
}

/** Behind the last line with text, so that the file keeps its one newline at the end. */
function insertBeforeEnd(lines: readonly string[], line: string): string[] {
  const end = lines.findLastIndex((each) => each.trim() !== '') + 1;
  return [...lines.slice(0, end), line, ...lines.slice(end), ...(end === lines.length ? [''] : [])];
}
