import { AgentError } from '../../core/error/agent-error.ts';
import type { NameResolution } from './name-resolution.ts';
import type { NameServersReader } from './resolver.ts';

/** What was written, and for whom. */
export interface WrittenNameServers {
  readonly nameservers: readonly string[];
  readonly reader: NameServersReader;
}

/** Why name resolution does not use the name servers that were written for it; undefined where it does. */
export function whyNameServersAreUnused(
  { nameservers, reader }: WrittenNameServers,
  facts: NameResolution,
): AgentError | undefined {
  const { sources, resolvConf, isResolvedUsed, resetBy } = facts;
  if (sources !== null && !sources.includes('dns') && !sources.includes('resolve')) {
    return unused('resolver.no-dns', '/etc/nsswitch.conf', 'its line `hosts` asks no name server', 'add `dns` to it');
  }
  if (reader === 'systemd-resolved' && isResolvedUsed === false) {
    const remedy = 'run `systemctl enable --now systemd-resolved`, or make /etc/resolv.conf a file';
    return unused(
      'resolver.not-running',
      '/etc/resolv.conf',
      'it is left to systemd-resolved, which does not run',
      remedy,
    );
  }
  if (resetBy !== undefined) return unused('resolver.reset', resetBy, 'its empty DNS= drops them', 'remove that line');
  const missing = nameservers.filter((address) => !namesServer(resolvConf ?? '', address));
  if (reader !== 'systemd-resolved' && resolvConf !== undefined && missing.length > 0) {
    const remedy = 'see who writes it, and make it a file';
    return unused('resolver.not-taken', '/etc/resolv.conf', `it does not have ${missing.join(', ')}`, remedy);
  }
  return undefined;
}

function namesServer(text: string, address: string): boolean {
  return text.split('\n').some((line) => {
    const [keyword, value] = line.trim().split(/\s+/);
    return keyword === 'nameserver' && value === address;
  });
}

function unused(code: string, subject: string, because: string, remedy: string): AgentError {
  return new AgentError(`the name servers are not used: ${because}`, { code, subject, remedy });
}
