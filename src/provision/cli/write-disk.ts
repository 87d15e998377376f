import { stoppable } from '../../core/command/stoppable.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { ExitCode } from '../../core/error/agent-error.ts';
import { silentJournal } from '../../core/system/journal.ts';
import { openSystem } from '../../core/system/system.ts';
import { installDisk } from '../install/install-disk.ts';
import { readJob } from '../install/install-job.ts';

export const writeDiskCommand = defineCommand({
  name: 'write-disk',
  summary: 'write an image and a payload to the disk of this machine, which runs from memory',
  details:
    'For `gandi-provision install`, which runs it in the PreOS of the machine and tells it on standard input what to write. A disk that is not blank is refused, unless the profile of the machine says that what is on it may go.',
  needsRoot: () => true,
  run: async (_, terminal) => {
    const { job, payload } = await readJob(process.stdin as AsyncIterable<Uint8Array>);
    const system = openSystem('/', silentJournal);
    await stoppable((signal) => installDisk(job, payload, system, signal, (line) => terminal.out(line)));
    return ExitCode.done;
  },
});
