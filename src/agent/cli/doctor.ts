import { ExitCode } from '../../core/error/agent-error.ts';
import { diagnose } from '../doctor/diagnose.ts';
import { observeForDoctor } from '../doctor/doctor-facts.ts';
import { renderFindings, sortFindings } from '../doctor/finding-lines.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { openMachineToLookAt } from './open-machine.ts';
import { jsonOption, needsRoot } from './options.ts';

export const doctorCommand = defineCommand({
  name: 'doctor',
  summary: 'find out why something was not done, and say what to do about it',
  options: { json: jsonOption },
  needsRoot,
  run: async ({ json }, terminal) => {
    const findings = diagnose(await observeForDoctor(openMachineToLookAt(terminal)));
    const { columns: width = Number.POSITIVE_INFINITY } = terminal;
    if (json) terminal.json({ version: 1, findings: sortFindings(findings) });
    else for (const line of renderFindings(findings, width)) terminal.out(line);
    return findings.every(({ isChoice }) => isChoice) ? ExitCode.done : ExitCode.stepFailed;
  },
});
