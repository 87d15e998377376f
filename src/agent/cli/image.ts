import { resolve } from 'node:path';
import { type CommandFamily, widthOf } from '../../core/command/command.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { ExitCode } from '../../core/error/agent-error.ts';
import { silentJournal } from '../../core/system/journal.ts';
import { openSystem } from '../../core/system/system.ts';
import { kinds } from '../action/actions.ts';
import { converge } from '../action/converge.ts';
import { describeLoop, loop, planOnce } from '../action/loop.ts';
import { renderFindings, sortFindings } from '../doctor/finding-lines.ts';
import { requireSystem } from '../facts/require-system.ts';
import { checkImage, observeImage } from '../image/check-image.ts';
import { observeClean } from '../image/observe-clean.ts';
import { planClean } from '../image/plan-clean.ts';
import { openMachine } from './open-machine.ts';
import { jsonOption, needsRootUnlessTree, stageOptions, verboseOption } from './options.ts';
import { reportChanges } from './report-outcomes.ts';
import { showPlan } from './show-plan.ts';

const clean = defineCommand({
  name: 'clean',
  summary: 'remove the keys, identity, network and state of one machine, before its disk becomes an image',
  details: 'Passwords, ssh keys of users and the host name may be meant for every copy: they stay, and are named.',
  options: { ...stageOptions, verbose: verboseOption },
  examples: [{ words: '--root /mnt', does: 'clean the system that is mounted at /mnt' }],
  needsRoot: needsRootUnlessTree,
  run: async ({ 'dry-run': dryRun, json, root, verbose }, terminal) => {
    const system = await openMachine(resolve(root), 'image', { isQuiet: true, isVerbose: verbose });
    await requireSystem(system);
    const cleaning = loop({ observe: () => observeClean(system), plan: planClean, kinds });
    const { notes = [] } = await planOnce(cleaning);
    if (!json) for (const note of notes) terminal.err(`note: ${note}`);
    if (dryRun)
      return showPlan({ changes: await describeLoop(cleaning, system), ...(json && { notes }) }, json, terminal);
    return reportChanges(await converge(cleaning, system), terminal);
  },
});

const check = defineCommand({
  name: 'check',
  summary: 'say what is wrong with a system that is to become an image; changes nothing',
  details: 'Exit status 1 if a copy of it would not come up as a machine of its own.',
  options: { json: jsonOption },
  operands: { folder: { hint: 'DIR', description: 'where the root of the system is mounted', completion: 'folder' } },
  examples: [{ words: '/mnt', does: 'check the system that is mounted at /mnt' }],
  run: async ({ folder, json }, terminal) => {
    const system = openSystem(resolve(folder), silentJournal);
    await requireSystem(system);
    const findings = sortFindings(checkImage(await observeImage(system)));
    const width = widthOf(terminal);
    if (json) terminal.json({ version: 1, findings });
    else for (const line of renderFindings(findings, width)) terminal.out(line);
    return findings.every(({ isChoice }) => isChoice) ? ExitCode.done : ExitCode.stepFailed;
  },
});

export const imageCommand: CommandFamily = {
  name: 'image',
  summary: 'prepare a system to become an image, or check one',
  subcommands: [clean, check],
};
