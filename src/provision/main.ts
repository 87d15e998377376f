import type { Program, Terminal } from '../core/command/command.ts';
import { runProgram } from '../core/command/run-program.ts';
import type { ExitCode } from '../core/error/agent-error.ts';

/** Every word that follows `gandi-provision`. To add one: a file in cli/, a line here. */
export const provision: Program = {
  name: 'gandi-provision',
  summary: 'the program for those who build and boot images of virtual machines',
  groups: [],
};

/** The whole program: arguments after the executable's name in, exit status out. */
export function main(args: readonly string[], _calledAs: string, terminal: Terminal): Promise<ExitCode> {
  return runProgram(provision, args, terminal);
}
