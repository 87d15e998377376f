import type { Action } from './actions.ts';
import type { TimeServiceFacts } from './time-service.ts';
import type { ConfigPlan } from './config-step.ts';

/** A drop-in for the time service that the machine has; undefined if it has none that we know. */
export function planTimeServers(
  servers: readonly string[],
  facts: TimeServiceFacts | undefined,
): ConfigPlan | undefined {
  if (servers.length === 0 || facts === undefined) return undefined;
  const { path, folder, unit, text, form, includedBy } = facts;
  const content = render[form](servers, text ?? '');
  const actions: Action[] = [
    { kind: 'make-directory', path: folder, mode: 0o755 },
    { kind: 'write-file', path, content, mode: 0o644 },
    { kind: 'use-time-servers', unit, path, includedBy },
  ];
  return { wanted: servers.join(' '), actions: text === content ? [] : actions };
}

const render: Readonly<Record<TimeServiceFacts['form'], (servers: readonly string[], text: string) => string>> = {
  timesyncd: renderTimesyncd,
  chrony: renderChrony,
  'chrony-in-place': renderInPlace,
};

/** timesyncd.conf(5) */
function renderTimesyncd(servers: readonly string[]): string {
  return `[Time]\nNTP=${servers.join(' ')}\n`;
}

/** chrony.conf(5), sourcedir: files with one source per line. */
function renderChrony(servers: readonly string[]): string {
  return servers.map((server) => `server ${server} iburst\n`).join('');
}

const begin = '# gandi-agent: begin';
const end = '# gandi-agent: end';

/** chrony.conf(5) of a distribution that has no folder for more: all else that stands there stays. */
function renderInPlace(servers: readonly string[], text: string): string {
  const lines = text.split('\n');
  const [first, last] = [lines.indexOf(begin), lines.indexOf(end)];
  const others = first === -1 || last < first ? lines : [...lines.slice(0, first), ...lines.slice(last + 1)];
  return `${others.join('\n').trimEnd()}\n${begin}\n${renderChrony(servers)}${end}\n`.trimStart();
}
