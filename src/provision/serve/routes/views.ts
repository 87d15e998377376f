import type { Host } from '../hosts/host.ts';
import type { Run } from '../queue/run.ts';

/** Of every answer in JSON: a reader knows by it what keys there are. */
export const apiVersion = 1;

/** A run as the API shows it. */
export function runView({ owner: _, ...run }: Run) {
  return { version: apiVersion, run };
}

/** A machine as the API shows it. @param runs the newest first */
export function hostView(host: Host, runs: readonly Run[]) {
  return { ...host, lastRun: runs[0] === undefined ? null : runView(runs[0]).run };
}
