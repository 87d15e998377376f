import { dirname } from 'node:path';
import type { Action } from './actions.ts';
import { type NameServersReader, resolvedDropIn, type ResolverFact } from './resolver.ts';
import type { NetworkDescription } from '../network-config/description.ts';
import {
  chooseNameservers,
  renderResolvConf,
  renderResolvedDropIn,
  withNameservers,
} from '../network-config/resolver-file.ts';

/** Name servers, where the one who writes /etc/resolv.conf reads them; a link to a file of somebody else is respected. */
export function planResolver(description: NetworkDescription, resolver: ResolverFact): Action[] {
  const nameservers = chooseNameservers(description);
  if (nameservers.length === 0) return [];
  switch (resolver.owner) {
    // Those of NetworkManager are in the files of its connections.
    case 'NetworkManager':
    case 'other':
      return [];
    case 'file':
      return handOver('file', nameservers, planFile('/etc/resolv.conf', resolver.text, renderResolvConf(nameservers)));
    case 'nobody':
      return handOver('file', nameservers, [
        { kind: 'remove-file', path: '/etc/resolv.conf' },
        ...planFile('/etc/resolv.conf', undefined, renderResolvConf(nameservers)),
      ]);
    case 'systemd-resolved': {
      const drop = planFile(resolvedDropIn, resolver.text, renderResolvedDropIn(nameservers));
      const folder: Action = { kind: 'make-directory', path: dirname(resolvedDropIn), mode: 0o755 };
      return handOver('systemd-resolved', nameservers, drop.length === 0 ? [] : [folder, ...drop]);
    }
    case 'resolvconf': {
      const content = withNameservers(resolver.text, nameservers);
      return handOver('resolvconf', nameservers, planFile(resolver.path, resolver.text, content));
    }
  }
}

/** What was written is for somebody to read. */
function handOver(reader: NameServersReader, nameservers: readonly string[], writes: readonly Action[]): Action[] {
  return writes.length === 0 ? [] : [...writes, { kind: 'use-name-servers', nameservers, reader }];
}

function planFile(path: string, now: string | undefined, content: string): Action[] {
  return now === content ? [] : [{ kind: 'write-file', path, content, mode: 0o644 }];
}
