import { ExitCode } from '../../core/error/agent-error.ts';
import { diagnose } from '../doctor/diagnose.ts';
import { observeForDoctor } from '../doctor/doctor-facts.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { openMachine } from './open-machine.ts';
import { jsonOption, needsRoot } from './options.ts';

export const doctorCommand = defineCommand({
  name: 'doctor',
  summary: 'find out why something was not done, and say what to do about it',
  options: { json: jsonOption },
  needsRoot,
  run: async ({ json }, terminal) => {
    const findings = diagnose(await observeForDoctor(await openMachine()));
    if (json) terminal.json(findings);
    else if (findings.length === 0) terminal.out('nothing found');
    else {
      for (const { problem, fix, isChoice } of findings) {
        terminal.out(`${isChoice ? 'by choice' : 'PROBLEM  '}  ${problem}`);
        terminal.out(`           ${fix}`);
      }
    }
    return findings.every(({ isChoice }) => isChoice) ? ExitCode.done : ExitCode.stepFailed;
  },
});
