import { resolve } from 'node:path';
import { describeError, ExitCode } from '../../core/error/agent-error.ts';
import { bootstrap } from '../bootstrap/bootstrap.ts';
import { readPending } from '../bootstrap/pending-payload.ts';
import { type BootstrapOptions, bootstrapParts } from '../bootstrap/parts.ts';
import type { Part } from '../config/care.ts';
import { describeSteps, planOnce } from '../action/loop.ts';
import { exitCodeOf } from '../stage/exit-code-of.ts';
import { observeFirstBootOwner } from '../facts/first-boot-owner.ts';
import type { Flags } from '../flags/flag-table.ts';
import { readFlags } from '../flags/read-flags.ts';
import { endIdleStages } from '../status/end-idle-stages.ts';
import { settleNics } from '../hotplug/settle-nics.ts';
import { runBootStage } from '../status/run-boot-stage.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import type { Terminal } from '../../core/command/command.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { requireSystem } from '../facts/require-system.ts';
import { openMachine } from './open-machine.ts';
import { needsRootUnlessTree, stageOptions } from './options.ts';
import { showPlan } from './show-plan.ts';

export const bootstrapCommand = defineCommand({
  name: 'bootstrap',
  summary: "apply the platform's configuration once, and enable the swap disk",
  options: {
    again: { description: 'apply the configuration of the last payload once more' },
    'before-login': {
      description: 'only what a login waits for, and the settings of sshd; `gandi-agent config` does the rest',
    },
    ...stageOptions,
  },
  examples: [{ words: '--dry-run', does: 'print what would be changed' }],
  needsRoot: needsRootUnlessTree,
  run: async ({ again, 'before-login': beforeLogin, 'dry-run': dryRun, json, root }, terminal) => {
    const system = await openMachine(resolve(root), 'bootstrap');
    await requireSystem(system);
    const options = { again, beforeLogin };
    if (dryRun) return showParts(system, options, json, terminal);
    // What is applied once is not applied again by a later run, unless that is asked for.
    const exitCode = await runBootStage('bootstrap', () => bootstrap(system, options), system, { runsOnce: !again });
    if (beforeLogin && isRunningMachine(system)) {
      await endIdleStages(system);
      await settleNics(system);
    }
    return exitCode;
  },
});

/** Prints what each part would do; one that cannot be decided is told and does not hide the others. */
async function showParts(
  system: System,
  options: BootstrapOptions,
  json: boolean,
  terminal: Terminal,
): Promise<ExitCode> {
  const flags = await readFlags(system);
  if ((await observeFirstBootOwner(system, flags)) === 'cloud-init') {
    const note = 'first boot is left to cloud-init';
    if (json) return showPlan({ changes: [], notes: [note] }, json, terminal);
    terminal.out(`note: ${note}`);
    return ExitCode.done;
  }
  const pending = await readPending(system, flags);
  const parts: DescribedPart[] = [];
  for (const part of bootstrapParts(system, { ...options, pending }))
    parts.push(await describePart(part, system, flags));
  const failures = parts.flatMap(({ name, mistakes }) => mistakes.map((each) => `${name}: ${describeError(each)}`));
  const changes = parts.flatMap((part) => part.changes);
  if (json) terminal.json({ version: 1, changes, notes: parts.flatMap(({ notes }) => notes), failures });
  else {
    for (const failure of failures) terminal.err(failure);
    for (const { notes, changes: own } of parts) {
      for (const line of [...notes.map((note) => `note: ${note}`), ...own]) terminal.out(line);
    }
    const isIdle = failures.length === 0 && parts.every(({ notes, changes: own }) => notes.length + own.length === 0);
    if (isIdle) terminal.out('nothing to do');
  }
  return Math.max(ExitCode.done, ...parts.flatMap(({ mistakes }) => mistakes.map(exitCodeOfError))) as ExitCode;
}

interface DescribedPart {
  readonly name: string;
  readonly notes: readonly string[];
  readonly changes: readonly string[];
  readonly mistakes: readonly unknown[];
}

async function describePart(part: Part, system: System, flags: Flags): Promise<DescribedPart> {
  const { name } = part;
  try {
    const loop = part.loop(system, flags);
    const { steps, notes = [], mistakes = [] } = await planOnce(loop);
    return { name, notes, changes: describeSteps(steps, loop.kinds, system), mistakes };
  } catch (failure) {
    return { name, notes: [], changes: [], mistakes: [failure] };
  }
}

function exitCodeOfError(failure: unknown): ExitCode {
  return exitCodeOf([{ step: '', changed: [], failure, skipped: false }]);
}
