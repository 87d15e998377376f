import { resolve } from 'node:path';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { type CommandFamily, type Operands, type Terminal, widthOf } from '../../core/command/command.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import type { System } from '../../core/system/system.ts';
import { describeAttached, isAttached, refuseAttach } from '../disk/attach-answer.ts';
import { answerDetached, answerReleased, type DetachAnswer, describeDetachAnswer } from '../disk/detach-answer.ts';
import { renderDisks } from '../disk/disk-table.ts';
import { explainDisk } from '../disk/explain-disk.ts';
import { observeHistory } from '../disk/history.ts';
import { listDisks, lookAt } from '../disk/list-disks.ts';
import { attachDisk, detachDisk, findAgain, findNamedDisk, type Managed } from '../disk/manage-disk.ts';
import { switchOnDemand } from '../disk/on-demand.ts';
import { findReleasedDisk, type ReleasedDisk } from '../disk/released-disks.ts';
import { readTimeline } from '../event/timeline.ts';
import { tellWhile } from '../host-port/tell-host.ts';
import { observeUdevRules } from '../facts/udev-rules.ts';
import type { Flags } from '../flags/flag-table.ts';
import { readFlags } from '../flags/read-flags.ts';
import { writeMountUnits } from '../disk/write-mount-units.ts';
import { waitForAttached } from '../mount/wait-for-attached.ts';
import { openMachine, openMachineToLookAt } from './open-machine.ts';
import { jsonOption, needsRoot, refuseTree, verboseOption } from './options.ts';
import { reportChanges, reportFailures } from './report-outcomes.ts';

const diskOperand = {
  disk: {
    hint: 'DISK',
    description:
      'its device or a link to it, its label, UUID or serial, or the name or path of the folder where it is mounted',
    completion: 'disk',
  },
} as const satisfies Operands;

const list = defineCommand({
  name: 'list',
  summary: 'list all disks, and what each is to the agent',
  options: { json: jsonOption },
  refused: refuseTree,
  run: async ({ json }, terminal) => {
    const system = openMachineToLookAt(terminal);
    const disks = await listDisks(system, await readFlags(system));
    if (json) terminal.json({ version: 1, disks });
    else if (disks.length === 0) terminal.out('this machine has no disk');
    else for (const line of renderDisks(disks, widthOf(terminal))) terminal.out(line);
    return ExitCode.done;
  },
});

const explain = defineCommand({
  name: 'explain',
  summary: 'say what a disk is to the agent, why, and what to do next',
  options: { json: jsonOption },
  operands: diskOperand,
  refused: refuseTree,
  examples: [{ words: '/dev/sdb', does: 'say why it is not mounted' }],
  run: async ({ disk: word, json }, terminal) => {
    const system = openMachineToLookAt(terminal);
    const device = await findOrTell(system, word);
    if ('releasedAt' in device) {
      const detached = answerReleased(device);
      if (json) terminal.json({ version: 1, disk: null, detached, done: [], users: [] });
      else terminal.out(describeDetachAnswer(detached, word));
      return ExitCode.done;
    }
    const disk = await lookAt(device, await observeUdevRules(system), system, await readFlags(system));
    const history = await observeHistory(system, disk, device.diskSequence, await readTimeline(system));
    if (json) terminal.json({ version: 1, disk, detached: null, done: history.done, users: history.users });
    else for (const line of explainDisk(disk, history, widthOf(terminal))) terminal.out(line);
    return ExitCode.done;
  },
});

const attach = defineCommand({
  name: 'attach',
  summary: 'mount a disk, also one that was detached by command',
  details:
    'Of a partitioned disk each partition is mounted. A disk that is not mounted then is refused with exit status 4.',
  options: { json: jsonOption, verbose: verboseOption },
  operands: diskOperand,
  needsRoot,
  run: async ({ disk: word, json, verbose }, terminal) => {
    const system = await openMachine('/', 'disk', { isQuiet: true, isVerbose: verbose });
    const flags = await readFlags(system);
    const device = await findOrTell(system, word);
    if (!('releasedAt' in device)) return reportAttached(await attachTelling(system, flags, device), json, terminal);
    const again = await waitForAttached(system, () => findAgain(system, device), secondsToComeBack);
    if (again.some(({ failure }) => failure !== null)) return reportFailures(again, terminal);
    return reportAttached(await attachAgain(system, flags, device), json, terminal);
  },
});

const detach = defineCommand({
  name: 'detach',
  summary: 'detach a disk safely: unmount it and release it, so that it can be removed',
  details:
    'A whole disk is detached with all its partitions. A disk that a program uses is refused, and the program is named.',
  options: {
    json: jsonOption,
    force: { description: 'detach it although programs use it; they lose what they do not write in time' },
    verbose: verboseOption,
  },
  operands: diskOperand,
  examples: [{ words: 'backup', does: 'detach the disk that is mounted at /srv/backup' }],
  needsRoot,
  run: async ({ disk: word, force, json, verbose }, terminal) => {
    // The command may be given in that very folder: this process must not be what keeps the disk in use.
    process.chdir('/');
    const system = await openMachine('/', 'disk', { isQuiet: true, isVerbose: verbose });
    const device = await findOrTell(system, word);
    const tell = (answer: DetachAnswer) => {
      if (json) terminal.json(answer);
      else terminal.out(describeDetachAnswer(answer, word));
      return ExitCode.done;
    };
    if ('releasedAt' in device) return tell(answerReleased(device));
    const flags = await readFlags(system);
    const act = () => detachDisk(system, flags, device.path, force);
    const { outcomes, isReleased } = await tellWhile(system, device, act, { isDetach: true });
    const exitCode = reportFailures(outcomes, terminal);
    return exitCode === ExitCode.done ? tell(answerDetached(device, isReleased)) : exitCode;
  },
});

const autofs = defineCommand({
  name: 'autofs',
  summary: 'have autofs mount disks when their folder is entered, or no longer',
  options: { verbose: verboseOption },
  operands: { state: { hint: 'on|off', description: 'whether autofs mounts them', completion: ['on', 'off'] } },
  needsRoot,
  run: async ({ state, verbose }, terminal) => {
    const system = await openMachine('/', 'disk', { isQuiet: true, isVerbose: verbose });
    const outcomes = await switchOnDemand(system, await readFlags(system), state === 'on');
    if (outcomes.length > 0) return reportChanges(outcomes, terminal);
    terminal.out(`autofs is already ${state}`);
    return ExitCode.done;
  },
});

const units = defineCommand({
  name: 'units',
  summary: 'write mount units for the paths of assigned disks, so that services wait for them',
  details:
    'systemd runs this at a boot and at each `systemctl daemon-reload`, by gandi-agent-generator (systemd.generator(7)). A path that leads through a link gets no unit.',
  operands: { folder: { hint: 'FOLDER', description: 'where they are written', completion: 'folder' } },
  run: async ({ folder }, terminal) => {
    const system = openMachineToLookAt(terminal);
    return reportFailures(await writeMountUnits(system, resolve(folder)), terminal);
  },
});

export const diskCommand: CommandFamily = {
  name: 'disk',
  summary: 'list the disks, mount one, or detach a disk safely',
  subcommands: [list, explain, attach, detach, autofs, units],
};

// The kernel finds a SCSI or PCI disk within a second, an emulated machine takes longer to look at it.
const secondsToComeBack = 30;

/** The device that is meant, or the disk of that name that the kernel let go of. @throws AgentError `disk.unknown`, `disk.ambiguous` */
async function findOrTell(system: System, word: string): Promise<BlockDevice | ReleasedDisk> {
  try {
    return await findNamedDisk(system, word);
  } catch (error) {
    const isUnknown = error instanceof AgentError && error.code === 'disk.unknown';
    const released = isUnknown ? await findReleasedDisk(system, word) : undefined;
    if (released === undefined) throw error;
    return released;
  }
}

function attachTelling(system: System, flags: Flags, device: BlockDevice): Promise<Managed> {
  return tellWhile(system, device, () => attachDisk(system, flags, device.path));
}

/** It may have come back under another kernel name. */
async function attachAgain(system: System, flags: Flags, { device, names }: ReleasedDisk): Promise<Managed> {
  for (const name of names) {
    const found = await findNamedDisk(system, name).catch(() => undefined);
    if (found !== undefined) return attachTelling(system, flags, found);
  }
  return attachDisk(system, flags, device).catch(() => {
    throw new AgentError('the platform has taken it', {
      code: 'disk.taken',
      subject: device,
      remedy: 'attach it on the platform',
      exitCode: ExitCode.refusedToProtectData,
    });
  });
}

function reportAttached({ disks, outcomes }: Managed, json: boolean, terminal: Terminal): ExitCode {
  const exitCode = reportFailures(outcomes, terminal);
  const attached = disks.filter(isAttached);
  if (json && attached.length > 0) terminal.json({ version: 1, disks: attached });
  else for (const disk of attached) terminal.out(describeAttached(disk));
  if (exitCode !== ExitCode.done || attached.length > 0) return exitCode;
  const [disk] = disks;
  if (disk === undefined) return ExitCode.stepFailed;
  throw refuseAttach(disk);
}
