import { ExitCode } from '../../core/error/agent-error.ts';
import { isWell, readDoctorReport, readDoctorReportOfTree } from '../doctor/doctor-report.ts';
import { renderEntrances } from '../doctor/entrance-lines.ts';
import { renderFindings } from '../doctor/finding-lines.ts';
import { widthOf } from '../../core/command/command.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { openMachineToLookAt, openTreeToLookAt } from './open-machine.ts';
import { jsonOption, lookRootOption, needsRootUnlessTree } from './options.ts';

export const doctorCommand = defineCommand({
  name: 'doctor',
  summary: 'say who gets into this machine, and why something was not done',
  details:
    'Of a tree it says who will get in, and which flags, units, rules and hooks are not as shipped. Paths are those of the tree.',
  options: { json: jsonOption, root: lookRootOption },
  examples: [{ words: '--root /mnt', does: 'look at the system that is mounted at /mnt' }],
  needsRoot: needsRootUnlessTree,
  run: async ({ json, root }, terminal) => {
    const tree = await openTreeToLookAt(root);
    const report =
      tree === undefined ? await readDoctorReport(openMachineToLookAt(terminal)) : await readDoctorReportOfTree(tree);
    const width = widthOf(terminal);
    if (json) terminal.json(report);
    else {
      const lines = [...renderEntrances(report.entrances, tree?.root), '', ...renderFindings(report.findings, width)];
      for (const line of lines) terminal.out(line);
    }
    return isWell(report) ? ExitCode.done : ExitCode.stepFailed;
  },
});
