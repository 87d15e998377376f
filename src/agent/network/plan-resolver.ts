import { dirname } from 'node:path';
import type { Action } from './actions.ts';
import { resolvedDropIn, type ResolverFact } from './resolver.ts';
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
      return planFile('/etc/resolv.conf', resolver.text, renderResolvConf(nameservers));
    case 'nobody':
      return [
        { kind: 'remove-file', path: '/etc/resolv.conf' },
        ...planFile('/etc/resolv.conf', undefined, renderResolvConf(nameservers)),
      ];
    case 'systemd-resolved': {
      const drop = planFile(resolvedDropIn, resolver.text, renderResolvedDropIn(nameservers));
      if (drop.length === 0) return [];
      const folder: Action = { kind: 'make-directory', path: dirname(resolvedDropIn), mode: 0o755 };
      // It may run already: since Debian 12 it is started before anything that waits for us.
      return [
        folder,
        ...drop,
        { kind: 'control-unit', unit: 'systemd-resolved.service', verb: 'try-reload-or-restart' },
      ];
    }
    case 'resolvconf': {
      const file = planFile(resolver.path, resolver.text, withNameservers(resolver.text, nameservers));
      return file.length === 0 ? [] : [...file, { kind: 'update-resolvconf' }];
    }
  }
}

function planFile(path: string, now: string | undefined, content: string): Action[] {
  return now === content ? [] : [{ kind: 'write-file', path, content, mode: 0o644 }];
}
