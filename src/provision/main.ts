import { basename } from 'node:path';
import type { Program, Terminal } from '../core/command/command.ts';
import { runProgram } from '../core/command/run-program.ts';
import { cdist } from './cdist.ts';
import { maasImportPxeFiles } from './cli/maas-import-pxe-files.ts';
import { netbootCommand } from './cli/netboot.ts';
import { preosCommand } from './cli/preos.ts';

/** Every word that follows `gandi-provision`. To add one: a file in cli/, a line here. */
export const provision: Program = {
  name: 'gandi-provision',
  summary: 'the program for those who build and boot images of virtual machines',
  groups: [{ heading: 'For machines that boot from the network', commands: [netbootCommand, preosCommand] }],
};

/** A program that somebody's scripts call: it takes that program's arguments and ends with its exit statuses. */
export type Original = (args: readonly string[], terminal: Terminal) => Promise<number>;

/** By the name of the program: a link of that name in /usr/lib/gandi/compat behaves as the original does. */
export const originals: Readonly<Record<string, Original>> = {
  cdist,
  'maas-import-pxe-files': maasImportPxeFiles,
};

/**
 * The whole program: arguments after the executable's name in, exit status out.
 * @param calledAs the name of the executable, or of the link to it
 */
export function main(args: readonly string[], calledAs: string, terminal: Terminal): Promise<number> {
  const original = originals[basename(calledAs)];
  return original === undefined ? runProgram(provision, args, terminal) : original(args, terminal);
}
