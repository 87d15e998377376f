import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface StageOptions {
  readonly dryRun: boolean;
  /** Absolute path of the tree that is changed; `/` is the running machine. */
  readonly root: string;
}

export const stageUsage = '[--dry-run] [--root DIR]';

/** Parses what every stage understands. @throws TypeError of node:util for anything else, which is a usage error. */
export function parseStageOptions(args: string[]): StageOptions {
  const { values } = parseArgs({
    args,
    options: { 'dry-run': { type: 'boolean', default: false }, root: { type: 'string', default: '/' } },
  });
  return { dryRun: values['dry-run'], root: resolve(values.root) };
}
