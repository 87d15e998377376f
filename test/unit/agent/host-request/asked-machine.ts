import { untouchedRecord, writeDiskRecord } from '../../../../src/agent/disk/disk-records.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { answerLine } from '../../../../src/agent/host-request/answer-line.ts';
import { hostAnswerSchema } from '../../../../src/agent/host-request/host-answer.ts';
import { AgentError } from '../../../../src/core/error/agent-error.ts';
import type { Flags } from '../../../../src/agent/flags/flag-table.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

export const mounts = [
  '30 1 8:16 / /srv/data rw,nosuid - ext4 /dev/sdb rw',
  '31 1 8:32 / /srv/more rw,nosuid - xfs /dev/sdc rw',
  '32 1 8:48 / /srv/old ro,nosuid - ext4 /dev/sdd ro',
  '33 1 8:64 / /srv/dos rw,nosuid - vfat /dev/sde rw',
  '34 1 8:80 / /srv/mine rw - ext4 /dev/sdf rw',
];

const disks = { sdb: ['8:16', 'data'], sdc: ['8:32', 'more'], sdd: ['8:48', 'old'], sde: ['8:64', 'dos'] };

interface Options {
  readonly mountinfo?: readonly string[];
  readonly flags?: string;
  /** Program and arguments, from their start, that fail. */
  readonly fails?: string;
  /** Hooks of the admin that are there. */
  readonly hooks?: readonly ('pre-freeze' | 'post-thaw')[];
  readonly files?: Readonly<Record<string, string>>;
  /** What `systemctl restart` of a stage of the agent does. */
  readonly restart?: (stage: string, system: System, flags: Flags) => Promise<void>;
}

const hookFolder = '/etc/gandi/hooks';

/** A machine with four disks that the agent mounted, and one that somebody else did. */
export async function askedMachine({
  mountinfo = mounts,
  flags = '',
  fails,
  hooks = [],
  files = {},
  restart,
}: Options = {}) {
  const {
    system: tree,
    root,
    log,
  } = await machineTree({
    '/proc/self/mountinfo': `${mountinfo.join('\n')}\n`,
    ...files,
  });
  await tree.files.makeDirectory(hookFolder, 0o755);
  for (const hook of hooks) await tree.files.replace(`${hookFolder}/${hook}`, '#!/bin/sh\nsync\n', { mode: 0o755 });
  const ran: string[] = [];
  const run = async (tool: string, args: readonly string[]) => {
    const words = short(tool, args);
    ran.push(words);
    if (fails !== undefined && words.startsWith(fails)) {
      throw new AgentError('it fails', { code: 'process.failed', subject: words, remedy: 'none' });
    }
    const stage = /^systemctl restart gandi-(\w+)\.service$/.exec(words)?.[1];
    if (stage !== undefined) await restart?.(stage, system, parseFlags(flags).flags);
    return { exitCode: 0, stdout: '', stderr: '' };
  };
  /** Only hooks are followed. */
  const follow = async (tool: string, args: readonly string[]) => {
    const words = [tool, ...args.filter((arg) => !arg.startsWith('-'))].join(' ').replace(`${root}${hookFolder}/`, '');
    ran.push(words);
    return fails !== undefined && words.includes(fails) ? 1 : 0;
  };
  let now = 1000;
  const clock = { ...tree.clock, monotonic: () => now };
  const processes = { ...tree.processes, run, follow };
  const system: System = { ...tree, root: '/', clock, processes } as typeof tree;
  for (const [name, [majorMinor = '', folder]] of Object.entries(disks)) {
    const device = { name, path: `/dev/${name}`, majorMinor, diskSequence: 7, serial: `vol-${folder}` };
    const record = untouchedRecord(device as Parameters<typeof untouchedRecord>[0]);
    await writeDiskRecord(system, { ...record, mountPoint: `/srv/${folder}` });
  }
  const ask = async (request: object) => {
    const line = JSON.stringify({ version: 1, ...request });
    return hostAnswerSchema.parse(JSON.parse(await answerLine(line, parseFlags(flags).flags, system)));
  };
  const pass = (seconds: number) => {
    now += seconds;
  };
  return { ask, ran, system, root, log, pass };
}

/** `arm gandi-thaw-8-16 20s /srv/data` for the timer, of which only the first time is told. */
function short(tool: string, args: readonly string[]): string {
  const optionOf = (start: string) => args.find((arg) => arg.startsWith(start))?.slice(start.length);
  if (tool !== 'systemd-run') return [tool, ...args].join(' ');
  return `arm ${optionOf('--unit=')} ${optionOf('--timer-property=OnActiveSec=')} ${args.at(-1)}`;
}
