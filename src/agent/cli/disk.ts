import { ExitCode } from '../../core/error/agent-error.ts';
import type { StepOutcome } from '../action/apply-steps.ts';
import { explainDisk } from '../disk/explain-disk.ts';
import { type ListedDisk, listDisks } from '../disk/list-disks.ts';
import { switchOnDemand } from '../disk/on-demand.ts';
import { attachDisk, detachDisk, observeNamedDisk } from '../disk/manage-disk.ts';
import { readFlags } from '../flags/read-flags.ts';
import { exitCodeOf } from '../stage/exit-code-of.ts';
import type { CommandFamily, Operands, Terminal } from '../../core/command/command.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { renderTable } from '../../core/command/render-table.ts';
import { openMachine } from './open-machine.ts';
import { jsonOption, needsRoot } from './options.ts';

const diskOperand = {
  disk: {
    hint: 'DISK',
    description: 'its device, a link to it, or the name or path of the folder where it is mounted',
    completion: 'disk',
  },
} as const satisfies Operands;

const list = defineCommand({
  name: 'list',
  summary: 'list the data disks that are attached, and what was done with each',
  options: { json: jsonOption },
  run: async ({ json }, terminal) => {
    const disks = await listDisks(await openMachine('/', 'disk'));
    if (json) terminal.json(disks);
    else if (disks.length === 0) terminal.out('no data disk is attached');
    else for (const line of renderDisks(disks)) terminal.out(line);
    return ExitCode.done;
  },
});

const explain = defineCommand({
  name: 'explain',
  summary: 'say what is done with a disk, and why',
  operands: diskOperand,
  examples: [{ words: '/dev/sdb', does: 'say why it is not mounted' }],
  run: async ({ disk }, terminal) => {
    const system = await openMachine('/', 'disk');
    const flags = await readFlags(system);
    terminal.out(explainDisk(await observeNamedDisk(system, flags, disk, 'asked'), flags));
    return ExitCode.done;
  },
});

const attach = defineCommand({
  name: 'attach',
  summary: 'mount a disk, also one that was detached by command',
  operands: diskOperand,
  needsRoot,
  run: async ({ disk }, terminal) => {
    const system = await openMachine('/', 'disk');
    return report(await attachDisk(system, await readFlags(system), disk), terminal);
  },
});

const detach = defineCommand({
  name: 'detach',
  summary: 'detach a disk safely: unmount it and release it, so that it can be removed',
  details:
    'A whole disk is detached with all its partitions. A disk that a program uses is refused, and the program is named.',
  options: {
    force: { description: 'detach it although programs use it; they lose what they do not write in time' },
  },
  operands: diskOperand,
  examples: [{ words: 'backup', does: 'detach the disk that is mounted at /srv/backup' }],
  needsRoot,
  run: async ({ disk, force }, terminal) => {
    // The command may be given in that very folder: this process must not be what keeps the disk in use.
    process.chdir('/');
    const system = await openMachine('/', 'disk');
    return report(await detachDisk(system, await readFlags(system), disk, force), terminal);
  },
});

const autofs = defineCommand({
  name: 'autofs',
  summary: 'have autofs mount disks when their folder is entered, or no longer',
  operands: { state: { hint: 'on|off', description: 'whether autofs mounts them', completion: ['on', 'off'] } },
  needsRoot,
  run: async ({ state }, terminal) => {
    const system = await openMachine('/', 'disk');
    return report(await switchOnDemand(system, await readFlags(system), state === 'on'), terminal);
  },
});

export const diskCommand: CommandFamily = {
  name: 'disk',
  summary: 'list the data disks, mount one, or detach a disk safely',
  subcommands: [list, explain, attach, detach, autofs],
};

function renderDisks(disks: readonly ListedDisk[]): string[] {
  return renderTable(
    ['DEVICE', 'SIZE', 'TYPE', 'LABEL', 'MOUNTED AT', 'STATE'],
    disks.map(({ device, size, fileSystem, label, mountPoint, note }) => [
      device,
      size,
      fileSystem ?? '-',
      label ?? '-',
      mountPoint ?? '-',
      note,
    ]),
  );
}

function report(outcomes: readonly StepOutcome[], terminal: Terminal): ExitCode {
  for (const line of outcomes.flatMap(({ changed }) => changed)) terminal.out(line);
  if (outcomes.length === 0) terminal.out('nothing to do');
  return exitCodeOf(outcomes);
}
