import { ExitCode } from '../../core/error/agent-error.ts';
import { isWell, readDoctorReport } from '../doctor/doctor-report.ts';
import { renderEntrances } from '../doctor/entrance-lines.ts';
import type { Finding } from '../doctor/finding.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { openMachine } from './open-machine.ts';
import { jsonOption, needsRoot } from './options.ts';

export const doctorCommand = defineCommand({
  name: 'doctor',
  summary: 'say who gets into this machine, and why something was not done',
  options: { json: jsonOption },
  needsRoot,
  run: async ({ json }, terminal) => {
    const report = await readDoctorReport(await openMachine());
    if (json) terminal.json(report);
    else {
      const lines = [...renderEntrances(report.entrances), ...renderFindings(report.findings)];
      for (const line of lines) terminal.out(line);
    }
    return isWell(report) ? ExitCode.done : ExitCode.stepFailed;
  },
});

function renderFindings(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return ['nothing found'];
  return findings.flatMap(({ problem, fix, isChoice }) => [
    `${isChoice ? 'by choice' : 'PROBLEM  '}  ${problem}`,
    `           ${fix}`,
  ]);
}
