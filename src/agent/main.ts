import { basename } from 'node:path';
import type { ExitCode } from '../core/error/agent-error.ts';
import { bootstrapCommand } from './cli/bootstrap.ts';
import type { Command } from '../core/command/command.ts';
import { diskCommand } from './cli/disk.ts';
import { collectCommand } from './cli/collect.ts';
import { configCommand } from './cli/config.ts';
import { doctorCommand } from './cli/doctor.ts';
import { hotplugCommand } from './cli/hotplug.ts';
import { imageCommand } from './cli/image.ts';
import { migrateCommand } from './cli/migrate.ts';
import { mountCommand } from './cli/mount.ts';
import { networkCommand } from './cli/network.ts';
import { payloadCommand } from './cli/payload.ts';
import { postbootCommand } from './cli/postboot.ts';
import { runCommand } from '../core/command/run-command.ts';
import { simpleInitCommand } from './cli/simple-init.ts';
import { statusCommand } from './cli/status.ts';
import { openTerminal } from './cli/terminal.ts';
import { timelineCommand } from './cli/timeline.ts';
import { validateCommand } from './cli/validate.ts';

/** Every word that follows `gandi-agent`, in the order of a machine's life. To add one: a file in cli/, a line here. */
export const commands: readonly Command[] = [
  bootstrapCommand,
  configCommand,
  mountCommand,
  postbootCommand,
  hotplugCommand,
  diskCommand,
  networkCommand,
  simpleInitCommand,
  statusCommand,
  timelineCommand,
  doctorCommand,
  collectCommand,
  payloadCommand,
  imageCommand,
  migrateCommand,
  validateCommand,
];

/**
 * The whole program: arguments after the executable's name in, exit status out.
 * @param calledAs the name of the executable: a link named `glean` to it is `gandi-agent simple-init`
 */
export function main(args: string[], calledAs = 'gandi-agent'): Promise<ExitCode> {
  const terminal = openTerminal(
    () => process.stdout,
    () => process.stderr,
  );
  return runCommand(commands, basename(calledAs) === 'glean' ? ['simple-init', ...args] : args, terminal);
}
