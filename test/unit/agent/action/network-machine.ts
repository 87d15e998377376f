import type { Output, RunOptions } from '../../../../src/core/system/processes.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

/** What a program answers; what is not told ends well and says nothing. */
type Answer = (tool: string, args: readonly string[], options?: RunOptions) => Partial<Output> | undefined;

export interface NetworkMachine {
  readonly system: System;
  /** Every program that was run, with its arguments. */
  readonly ran: string[];
  readonly log: string[];
}

/** A machine that takes itself for running: its files are a folder's, its programs are answers of the test. */
export async function networkMachine(
  files: Readonly<Record<string, string>>,
  answer: Answer = () => undefined,
): Promise<NetworkMachine> {
  const { system, log } = await machineTree(files);
  const ran: string[] = [];
  const run: System['processes']['run'] = async (tool, args, options) => {
    ran.push([tool, ...args].join(' '));
    return { exitCode: 0, stdout: '', stderr: '', ...answer(tool, args, options) };
  };
  return { system: { ...system, root: '/', processes: { ...system.processes, run } }, ran, log };
}
