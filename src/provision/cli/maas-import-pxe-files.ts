import type { Terminal } from '../../core/command/command.ts';
import { AgentError, describeError, ExitCode } from '../../core/error/agent-error.ts';
import type { Surroundings } from '../netboot/read-settings.ts';
import { runImport, surroundings } from './run-import.ts';

/** A shell's status for a command that it does not find: what the original ends with where DOWNLOAD is missing. */
const notFound = 127;

const usage = [
  'usage: maas-import-pxe-files',
  '',
  'Import kernels and initial RAM disks into a TFTP root. It takes no arguments; its settings are the variables ARCHIVE,',
  'RELEASES, CURRENT_RELEASE, ARCHES, TFTPROOT and DOWNLOAD of the environment and of /etc/maas/import_isos.',
  "See 'gandi-provision netboot import --help'.",
];

/** MAAS's script of June 2012, with its settings, files and exit statuses. */
export async function maasImportPxeFiles(
  args: readonly string[],
  terminal: Terminal,
  around: Surroundings = surroundings(),
): Promise<number> {
  const [word] = args;
  if (word !== undefined) {
    const isHelp = word === '-h' || word === '--help';
    if (!isHelp) terminal.err(`maas-import-pxe-files: unexpected argument '${word}'`);
    for (const line of usage) (isHelp ? terminal.out : terminal.err)(line);
    return isHelp ? ExitCode.done : ExitCode.badUsage;
  }
  try {
    return await runImport(around, new Map(), terminal);
  } catch (error) {
    terminal.err(`maas-import-pxe-files: ${describeError(error)}`);
    if (!(error instanceof AgentError)) return ExitCode.stepFailed;
    return error.code === 'netboot.downloader-missing' ? notFound : error.exitCode;
  }
}
