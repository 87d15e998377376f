import { requireLines } from '../network-config/draws-lines.ts';
import type { RenderedFile } from '../network-config/model.ts';

/** Who turns names into addresses on this machine, and what is written there now. */
export interface ResolverFacts {
  readonly resolved: 'enabled' | 'disabled' | 'unknown';
  readonly resolvedConf: string | undefined;
  readonly link: 'none' | 'dangling' | 'elsewhere';
}

export const resolvConfPath = '/etc/resolv.conf';
export const resolvedConfPath = '/etc/systemd/resolved.conf';

/**
 * The file of name servers: that of systemd-resolved where it is enabled, else /etc/resolv.conf. In a tree where
 * nothing tells, networkd goes with resolved.
 */
export function renderResolver(nameservers: readonly string[], facts: ResolverFacts, family: string): RenderedFile[] {
  if (nameservers.length === 0) return [];
  requireLines(nameservers, ['nameservers']);
  const isResolved = facts.resolved === 'unknown' ? family === 'networkd' : facts.resolved === 'enabled';
  if (isResolved) {
    return [{ path: resolvedConfPath, mode: 0o644, content: withServers(facts.resolvedConf, nameservers) }];
  }
  const content = nameservers.map((address) => `nameserver ${address}\n`).join('');
  return [{ path: resolvConfPath, mode: 0o644, content }];
}

/** NetworkManager writes resolv.conf too unless it is told not to (NetworkManager.conf(5), `dns`). */
export const networkManagerNoDns: RenderedFile = {
  path: '/etc/NetworkManager/conf.d/nm-no-resolv-handling.conf',
  mode: 0o644,
  content: '[main]\ndns=none\n',
};

/** resolved.conf(5) with these servers; all else in the file stays as it is. */
function withServers(text: string | undefined, nameservers: readonly string[]): string {
  const line = `DNS = ${nameservers.join(' ')}`;
  if (text === undefined) return `[Resolve]\n${line}\n\n`;
  const lines = text.split('\n').filter((each) => !/^\s*DNS\s*=/.test(each));
  const section = lines.findIndex((each) => each.trim() === '[Resolve]');
  if (section === -1) return `${lines.join('\n').trimEnd()}\n\n[Resolve]\n${line}\n`.trimStart();
  return [...lines.slice(0, section + 1), line, ...lines.slice(section + 1)].join('\n');
}
