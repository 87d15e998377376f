import { type HostState, hostStates } from '../hosts/host.ts';
import { endStates, type RunState } from '../queue/run.ts';

/** What is counted now. */
export interface Counts {
  readonly hosts: ReadonlyMap<HostState, number>;
  readonly runs: ReadonlyMap<RunState, number>;
  /** Requests since the server began, by their status. */
  readonly requests: ReadonlyMap<number, number>;
}

const runStates: readonly RunState[] = ['queued', 'running', ...endStates];

/** Prometheus' text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export function renderMetrics({ hosts, runs, requests }: Counts): string {
  return [
    ...metric('gandi_hosts', 'gauge', 'Machines by how far they are.', 'state', hostStates, hosts),
    ...metric('gandi_runs', 'gauge', 'Runs that are remembered, by state.', 'state', runStates, runs),
    ...metric('gandi_requests_total', 'counter', 'Requests answered.', 'status', [...requests.keys()].sort(), requests),
    '',
  ].join('\n');
}

function metric<Value extends string | number>(
  name: string,
  type: 'gauge' | 'counter',
  help: string,
  label: string,
  values: readonly Value[],
  counts: ReadonlyMap<Value, number>,
): string[] {
  const samples = values.map((value) => `${name}{${label}="${value}"} ${counts.get(value) ?? 0}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples];
}
