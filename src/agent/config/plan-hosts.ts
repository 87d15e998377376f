import type { ConfigPlan } from './config-step.ts';

const content = `127.0.0.1 localhost
::1 localhost ip6-localhost ip6-loopback
ff02::1 ip6-allnodes
ff02::2 ip6-allrouters
`;

/** /etc/hosts, only where there is none: without it not even localhost has an address. */
export function planHosts(text: string | undefined): ConfigPlan {
  return {
    wanted: 'a file',
    actions: text === undefined ? [{ kind: 'write-file', path: '/etc/hosts', content, mode: 0o644 }] : [],
  };
}
