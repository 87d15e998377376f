import type { Program } from '../core/command/command.ts';
import { hostCommand } from './cli/host.ts';
import { imageBuildCommand } from './cli/image-build.ts';
import { imageEnterCommand } from './cli/image-enter.ts';
import { imageInspectCommand } from './cli/image-inspect.ts';
import { imagePlanCommand } from './cli/image-plan.ts';
import { imageTestCommand } from './cli/image-test.ts';
import { netbootCommand } from './cli/netboot.ts';
import { installCommand } from './cli/install.ts';
import { preosCommand } from './cli/preos.ts';
import { serveCommand } from './cli/serve.ts';
import { writeDiskCommand } from './cli/write-disk.ts';

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
          subcommands: [imageBuildCommand, imagePlanCommand, imageEnterCommand, imageTestCommand, imageInspectCommand],
        },
      ],
    },
    {
      heading: 'For machines that boot from the network',
      commands: [netbootCommand, preosCommand, serveCommand, hostCommand, installCommand, writeDiskCommand],
    },
  ],
};
