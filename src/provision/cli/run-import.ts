import type { Terminal } from '../../core/command/command.ts';
import { stoppable } from '../../core/command/stoppable.ts';
import { describeError, ExitCode } from '../../core/error/agent-error.ts';
import { openFiles } from '../../core/system/files.ts';
import { silentJournal } from '../../core/system/journal.ts';
import { openProcesses } from '../../core/system/processes.ts';
import { openTrees } from '../../core/system/trees.ts';
import { findCommand } from '../netboot/download-command.ts';
import { openHttpSource } from '../netboot/http-source.ts';
import { importNetboot, type Outcome } from '../netboot/import-netboot.ts';
import { completeSettings, gatherSettings, type Surroundings } from '../netboot/read-settings.ts';
import type { GivenSettings } from '../netboot/settings.ts';

/** What surrounds this process. */
export function surroundings(): Surroundings {
  return { environment: process.env, workingFolder: process.cwd(), systemFolder: '/etc/maas' };
}

/** Imports, and tells on the terminal in the words of the original what it does. */
export async function runImport(around: Surroundings, options: GivenSettings, terminal: Terminal): Promise<ExitCode> {
  const files = openFiles('/');
  const processes = openProcesses(silentJournal);
  const { given, unknown } = await gatherSettings(files, around, options);
  for (const name of unknown) terminal.err(`${name}: is not a setting of an import`);
  const settings = await completeSettings(processes, given);
  const command = await findCommand(files, settings.download, around.environment);
  const http = openHttpSource();
  let exitCode: ExitCode = ExitCode.done;
  try {
    await stoppable((signal) =>
      importNetboot(
        { files, processes, trees: openTrees(), http, signal },
        settings,
        command,
        (folder) => terminal.out(`Downloading to temporary location ${folder}.`),
        (outcome) => {
          tell(outcome, terminal);
          if (outcome.state === 'failed') exitCode = ExitCode.stepFailed;
        },
      ),
    );
  } finally {
    await http.close();
  }
  return exitCode;
}

/** What is unchanged is not spoken of, as in the original: its output may go into mail by cron(8). */
function tell({ import: each, state, error }: Outcome, terminal: Terminal): void {
  const what = each.kind === 'loader' ? `pre-boot loader for ${each.arch}` : `files for ${each.release}-${each.arch}`;
  if (state === 'updated') terminal.out(`Updating ${what}.`);
  if (state === 'skipped') terminal.out(`No ${what}; skipping.`);
  if (error !== undefined) terminal.err(`${what}: ${describeError(error)}`);
}
