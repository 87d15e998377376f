import { ExitCode } from '../../core/error/agent-error.ts';
import { isWell, readDoctorReport } from '../doctor/doctor-report.ts';
import { renderEntrances } from '../doctor/entrance-lines.ts';
import { renderFindings } from '../doctor/finding-lines.ts';
import { widthOf } from '../../core/command/command.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { openMachineToLookAt } from './open-machine.ts';
import { jsonOption, needsRoot } from './options.ts';

export const doctorCommand = defineCommand({
  name: 'doctor',
  summary: 'say who gets into this machine, and why something was not done',
  options: { json: jsonOption },
  needsRoot,
  run: async ({ json }, terminal) => {
    const report = await readDoctorReport(openMachineToLookAt(terminal));
    const width = widthOf(terminal);
    if (json) terminal.json(report);
    else {
      const lines = [...renderEntrances(report.entrances), '', ...renderFindings(report.findings, width)];
      for (const line of lines) terminal.out(line);
    }
    return isWell(report) ? ExitCode.done : ExitCode.stepFailed;
  },
});
