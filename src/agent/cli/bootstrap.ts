import { resolve } from 'node:path';
import { type AgentError, describeError, ExitCode } from '../../core/error/agent-error.ts';
import { bootstrap } from '../bootstrap/bootstrap.ts';
import { readPending } from '../bootstrap/pending-payload.ts';
import { type BootstrapOptions, bootstrapParts, type Part } from '../bootstrap/parts.ts';
import { describeSteps, planOnce } from '../action/loop.ts';
import { exitCodeOf } from '../stage/exit-code-of.ts';
import { observeFirstBootOwner } from '../facts/first-boot-owner.ts';
import type { Flags } from '../flags/flag-table.ts';
import { readFlags } from '../flags/read-flags.ts';
import { runBootStage } from '../status/run-boot-stage.ts';
import type { System } from '../../core/system/system.ts';
import type { Terminal } from '../../core/command/command.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { requireSystem } from '../facts/require-system.ts';
import { openMachine } from './open-machine.ts';
import { needsRootUnlessTree, stageOptions } from './options.ts';

export const bootstrapCommand = defineCommand({
  name: 'bootstrap',
  summary: "apply the platform's configuration once, and enable the swap disk",
  options: {
    again: { description: 'apply the configuration of the last payload once more' },
    ...stageOptions,
  },
  examples: [{ words: '--dry-run', does: 'print what would be changed' }],
  needsRoot: needsRootUnlessTree,
  run: async ({ again, 'dry-run': dryRun, root }, terminal) => {
    const system = await openMachine(resolve(root), 'bootstrap');
    await requireSystem(system);
    if (dryRun) return showPlan(system, { again }, terminal);
    // What is applied once is not applied again by a later run, unless that is asked for.
    return runBootStage('bootstrap', () => bootstrap(system, { again }), system, { runsOnce: !again });
  },
});

/** Prints what each part would do; one that cannot be decided is told and does not hide the others. */
async function showPlan(system: System, options: BootstrapOptions, terminal: Terminal): Promise<ExitCode> {
  const flags = await readFlags(system);
  if ((await observeFirstBootOwner(system, flags)) === 'cloud-init') {
    terminal.out('note: first boot is left to cloud-init');
    return ExitCode.done;
  }
  const exitCodes: ExitCode[] = [];
  let isIdle = true;
  const pending = await readPending(system, flags);
  for (const part of bootstrapParts(system, { ...options, pending })) {
    const tell = (failure: unknown) => {
      terminal.err(`${part.name}: ${describeError(failure)}`);
      exitCodes.push(exitCodeOfError(failure));
    };
    const lines = await describePart(part, system, flags, tell).catch((failure: unknown) => {
      tell(failure);
      return [];
    });
    for (const line of lines) terminal.out(line);
    isIdle &&= lines.length === 0;
  }
  if (isIdle && exitCodes.length === 0) terminal.out('nothing to do');
  return Math.max(ExitCode.done, ...exitCodes) as ExitCode;
}

async function describePart(
  part: Part,
  system: System,
  flags: Flags,
  tell: (mistake: AgentError) => void,
): Promise<string[]> {
  const loop = part.loop(system, flags);
  const { steps, notes = [], mistakes = [] } = await planOnce(loop);
  for (const mistake of mistakes) tell(mistake);
  return [...notes.map((note) => `note: ${note}`), ...describeSteps(steps, loop.kinds, system)];
}

function exitCodeOfError(failure: unknown): ExitCode {
  return exitCodeOf([{ step: '', changed: [], failure, skipped: false }]);
}
