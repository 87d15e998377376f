import { basename } from 'node:path';
import { answerCommand } from './cli/answer.ts';
import { bootstrapCommand } from './cli/bootstrap.ts';
import type { Program, Terminal } from '../core/command/command.ts';
import { diskCommand } from './cli/disk.ts';
import { collectCommand } from './cli/collect.ts';
import { configCommand } from './cli/config.ts';
import { doctorCommand } from './cli/doctor.ts';
import { hotplugCommand } from './cli/hotplug.ts';
import { imageCommand } from './cli/image.ts';
import { migrateCommand } from './cli/migrate.ts';
import { mountCommand } from './cli/mount.ts';
import { networkCommand } from './cli/network.ts';
import { outcomeCommand } from './cli/outcome.ts';
import { payloadCommand } from './cli/payload.ts';
import { postbootCommand } from './cli/postboot.ts';
import { runProgram } from '../core/command/run-program.ts';
import { simpleInitCommand } from './cli/simple-init.ts';
import { statusCommand } from './cli/status.ts';
import { thawCommand } from './cli/thaw.ts';
import { timelineCommand } from './cli/timeline.ts';
import { validateCommand } from './cli/validate.ts';

/** Every word that follows `gandi-agent`. To add one: a file in cli/, a line here. */
export const agent: Program = {
  name: 'gandi-agent',
  summary: 'configure a virtual machine at first boot, and handle what is attached to it',
  groups: [
    {
      heading: 'For people',
      commands: [statusCommand, diskCommand, networkCommand, doctorCommand, timelineCommand, collectCommand],
    },
    { heading: 'For images', commands: [payloadCommand, imageCommand, validateCommand] },
    {
      heading: 'Run by systemd',
      // In the order of a machine's life.
      commands: [
        bootstrapCommand,
        mountCommand,
        configCommand,
        postbootCommand,
        outcomeCommand,
        hotplugCommand,
        answerCommand,
        thawCommand,
      ],
    },
    { heading: 'Run by images and packages', commands: [simpleInitCommand, migrateCommand] },
  ],
};

/**
 * The whole program: arguments after the executable's name in, exit status out.
 * @param calledAs the name of the executable: a link named `glean` to it is `gandi-agent simple-init`
 */
export function main(args: readonly string[], calledAs: string, terminal: Terminal): Promise<number> {
  // Scripts that call glean count on DHCP where there is no drive.
  return runProgram(
    agent,
    basename(calledAs) === 'glean' ? ['simple-init', '--without-drive', ...args] : args,
    terminal,
  );
}
