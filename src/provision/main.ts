import { basename } from 'node:path';
import type { Program, Terminal } from '../core/command/command.ts';
import { runProgram } from '../core/command/run-program.ts';
import { imageBuildCommand } from './cli/image-build.ts';
import { imageInspectCommand } from './cli/image-inspect.ts';
import { imagePlanCommand } from './cli/image-plan.ts';
import { diskImageCreate } from './cli/disk-image-create.ts';
import { diskimageBuilder } from './cli/diskimage-builder.ts';
import { callerOf } from './image/build/read-build-facts.ts';
import { maasImportPxeFiles } from './cli/maas-import-pxe-files.ts';
import { netbootCommand } from './cli/netboot.ts';
import { preosCommand } from './cli/preos.ts';
import { cdist } from './cdist.ts';
import { installCommand } from './cli/install.ts';
import { writeDiskCommand } from './cli/write-disk.ts';
import { hostCommand } from './cli/host.ts';
import { serveCommand } from './cli/serve.ts';

/** Every word that follows `gandi-provision`. To add one: a file in cli/, a line here. */
export const provision: Program = {
  name: 'gandi-provision',
  summary: 'the program for those who build and boot images of virtual machines',
  groups: [
    {
      heading: 'For images',
      commands: [
        {
          name: 'image',
          summary: 'images of virtual machines, from elements in the language of diskimage-builder',
          subcommands: [imageBuildCommand, imagePlanCommand, imageInspectCommand],
        },
      ],
    },
    {
      heading: 'For machines that boot from the network',
      commands: [netbootCommand, preosCommand, serveCommand, hostCommand, installCommand, writeDiskCommand],
    },
  ],
};

/** A program that somebody's scripts call: it takes that program's arguments and ends with its exit statuses. */
export type Original = (args: readonly string[], terminal: Terminal) => Promise<number>;

/** By the name of the program: a link of that name in /usr/lib/gandi/compat behaves as the original does. */
export const originals: Readonly<Record<string, Original>> = {
  'disk-image-create': diskImageCreate,
  'diskimage-builder': (args, terminal) => diskimageBuilder(args, terminal, callerOf(process), diskImageCreate),
  'maas-import-pxe-files': maasImportPxeFiles,
  cdist,
};

/**
 * The whole program: arguments after the executable's name in, exit status out.
 * @param calledAs the name of the executable, or of the link to it
 */
export function main(args: readonly string[], calledAs: string, terminal: Terminal): Promise<number> {
  const original = originals[basename(calledAs)];
  return original === undefined ? runProgram(provision, args, terminal) : original(args, terminal);
}
