import { parseArgs } from 'node:util';
import { ExitCode } from '../../core/error/agent-error.ts';
import type { StepOutcome } from '../action/apply-steps.ts';
import { explainDisk } from '../disk/explain-disk.ts';
import { listDisks } from '../disk/list-disks.ts';
import { switchOnDemand } from '../disk/on-demand.ts';
import { attachDisk, detachDisk, observeNamedDisk } from '../disk/manage-disk.ts';
import { readFlags } from '../flags/read-flags.ts';
import { exitCodeOf } from '../stage/exit-code-of.ts';
import type { System } from '../../core/system/system.ts';
import type { Command, Terminal } from '../../core/command/command.ts';
import { openMachine } from './open-machine.ts';
import { renderTable } from '../../core/command/render-table.ts';
import { UsageError } from '../../core/command/usage-error.ts';

type Verb = (system: System, word: string, options: Options, terminal: Terminal) => Promise<ExitCode>;

interface Options {
  readonly json: boolean;
  readonly force: boolean;
}

const verbs: Readonly<Record<string, Verb>> = { list, explain, attach, detach, autofs };

export const diskCommand: Command = {
  name: 'disk',
  summary:
    'list the data disks, explain one, mount one, unmount one so that it can be pulled, or have autofs mount them',
  usage: 'list [--json] | explain DISK | attach DISK | detach [--force] DISK | autofs on|off',
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, force: { type: 'boolean', default: false } },
    });
    const [name = '', word = '', ...rest] = positionals;
    const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
    if (verb === undefined) throw new UsageError(`unknown word ${JSON.stringify(name)}`);
    if (rest.length > 0 || (name === 'list') !== (word === ''))
      throw new UsageError('it takes one disk, autofs takes on or off, and list takes nothing');
    return verb(await openMachine('/', 'disk'), word, values, terminal);
  },
};

async function list(system: System, _word: string, { json }: Options, terminal: Terminal): Promise<ExitCode> {
  const disks = await listDisks(system);
  if (json) terminal.json(disks);
  else if (disks.length === 0) terminal.out('no data disk is attached');
  else {
    const rows = disks.map((disk) => [
      disk.device,
      disk.size,
      disk.fileSystem ?? '-',
      disk.label ?? '-',
      disk.mountPoint ?? '-',
      disk.note,
    ]);
    for (const line of renderTable(['DEVICE', 'SIZE', 'TYPE', 'LABEL', 'MOUNTED AT', 'STATE'], rows))
      terminal.out(line);
  }
  return ExitCode.done;
}

async function explain(system: System, word: string, _options: Options, terminal: Terminal): Promise<ExitCode> {
  const flags = await readFlags(system);
  terminal.out(explainDisk(await observeNamedDisk(system, flags, word, 'asked'), flags));
  return ExitCode.done;
}

async function attach(system: System, word: string, _options: Options, terminal: Terminal): Promise<ExitCode> {
  return report(await attachDisk(system, await readFlags(system), word), terminal);
}

async function detach(system: System, word: string, { force }: Options, terminal: Terminal): Promise<ExitCode> {
  // Whoever stands in the folder and asks must not be kept from it by this process, which stands there too.
  process.chdir('/');
  return report(await detachDisk(system, await readFlags(system), word, force), terminal);
}

async function autofs(system: System, word: string, _options: Options, terminal: Terminal): Promise<ExitCode> {
  if (word !== 'on' && word !== 'off') throw new UsageError('autofs takes on or off');
  return report(await switchOnDemand(system, await readFlags(system), word === 'on'), terminal);
}

function report(outcomes: readonly StepOutcome[], terminal: Terminal): ExitCode {
  for (const line of outcomes.flatMap(({ changed }) => changed)) terminal.out(line);
  if (outcomes.length === 0) terminal.out('nothing to do');
  return exitCodeOf(outcomes);
}
