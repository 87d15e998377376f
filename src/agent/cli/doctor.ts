import { parseArgs } from 'node:util';
import { ExitCode } from '../../core/error/agent-error.ts';
import { diagnose } from '../doctor/diagnose.ts';
import { observeForDoctor } from '../doctor/doctor-facts.ts';
import type { Command } from '../../core/command/command.ts';
import { openMachine } from './open-machine.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'find out why something was not done, and say what to do about it',
  usage: '[--json]',
  run: async (args, terminal) => {
    const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
    const findings = diagnose(await observeForDoctor(await openMachine()));
    if (values.json) terminal.json(findings);
    else if (findings.length === 0) terminal.out('nothing found');
    else {
      for (const { problem, fix, isChoice } of findings) {
        terminal.out(`${isChoice ? 'by choice' : 'PROBLEM  '}  ${problem}`);
        terminal.out(`           ${fix}`);
      }
    }
    return findings.every(({ isChoice }) => isChoice) ? ExitCode.done : ExitCode.stepFailed;
  },
};
