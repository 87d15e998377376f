import { type CpusAndMemory, observeCpusAndMemory } from '../facts/cpus-and-memory.ts';
import { observeFirstBootOwner, type FirstBootOwner } from '../facts/first-boot-owner.ts';
import { type Mount, observeMounts, observeSwaps } from '../../core/block-device/mounts.ts';
import { pulledSwaps } from '../swap-disk/pulled-swaps.ts';
import { observeServices, type Services } from '../config/services.ts';
import type { Flags } from '../flags/flag-table.ts';
import { parseFlags } from '../flags/parse-flags.ts';
import { flagFiles } from '../flags/read-flags.ts';
import { spoolFolder } from '../event/spool.ts';
import { appliedRecordPath } from '../swap-disk/applied-record.ts';
import { readDiskRecords } from '../disk/disk-records.ts';
import { readStages, type StageStatus } from '../stage/status.ts';
import type { System } from '../../core/system/system.ts';
import type { DiskRecord } from '../disk/disk-records.ts';

/** What each of the usual reasons is recognised by. */
export interface DoctorFacts {
  /** The flags file that is in force; undefined if there is none. */
  readonly flagFile: string | undefined;
  readonly flags: Flags;
  readonly flagMistakes: readonly string[];
  /** The admin's own udev rules that take the place of ours: where they are, and what they say. */
  readonly ownRules: { readonly path: string; readonly text: string; readonly target: string | undefined } | undefined;
  readonly mounts: readonly Mount[];
  readonly firstBoot: FirstBootOwner;
  /** Which of our services start by themselves. */
  readonly services: Services;
  readonly stages: Readonly<Record<string, StageStatus>>;
  readonly waitingEvents: number;
  readonly disks: readonly DiskRecord[];
  readonly wasPayloadApplied: boolean;
  /** Where /etc/resolv.conf points; undefined if it is a file. */
  readonly resolverTarget: string | undefined;
  /** Programs of the old agent that are still installed. */
  readonly oldAgent: readonly string[];
  /** Hooks and plugins that are there and cannot be run. */
  readonly notExecutable: readonly string[];
  readonly cpusAndMemory: CpusAndMemory;
  /** Block devices that are swap in use and gone. */
  readonly pulledSwaps: readonly string[];
}

const ownRules = '/etc/udev/rules.d/86-gandi.rules';
const oldPrograms = ['/usr/share/gandi/bootstrap.d', '/usr/sbin/gandi-bootstrap', '/usr/lib/gandi/manage_data_disk.py'];

export async function observeForDoctor(system: System): Promise<DoctorFacts> {
  const { files } = system;
  const texts = await Promise.all(flagFiles.map(async (path) => ({ path, text: await files.read(path) })));
  const flagFile = texts.find(({ text }) => text !== undefined);
  const { flags, warnings } = parseFlags(flagFile?.text ?? '');
  const target = await files.linkTarget('/etc/resolv.conf');
  return {
    flagFile: flagFile?.path,
    flags,
    flagMistakes: warnings,
    ownRules: await observeRules(system),
    mounts: await observeMounts(system),
    firstBoot: await observeFirstBootOwner(system, flags),
    services: await observeServices(system),
    stages: await readStages(system),
    waitingEvents: (await files.list(spoolFolder)).length,
    disks: await readDiskRecords(system),
    wasPayloadApplied: (await files.status(appliedRecordPath)) !== undefined,
    resolverTarget: target,
    oldAgent: await existing(system, oldPrograms),
    notExecutable: await observeNotExecutable(system, [flags.GANDI_HOOK_DIR, flags.GANDI_PLUGIN_DIR]),
    cpusAndMemory: await observeCpusAndMemory(system),
    pulledSwaps: pulledSwaps(await observeSwaps(system)),
  };
}

async function observeRules({ files }: System): Promise<DoctorFacts['ownRules']> {
  if ((await files.status(ownRules)) === undefined) return undefined;
  const target = await files.linkTarget(ownRules);
  const text = target === '/dev/null' ? '' : ((await files.read(ownRules)) ?? '');
  return { path: ownRules, text, target };
}

async function existing({ files }: System, paths: readonly string[]): Promise<string[]> {
  const statuses = await Promise.all(paths.map((path) => files.status(path)));
  return paths.filter((_, index) => statuses[index] !== undefined);
}

async function observeNotExecutable(system: System, folders: readonly string[]): Promise<string[]> {
  const paths = await Promise.all(
    folders.map(async (folder) => (await system.files.list(folder)).map((name) => `${folder}/${name}`)),
  );
  const statuses = await Promise.all(
    paths.flat().map(async (path) => ({ path, status: await system.files.status(path) })),
  );
  return statuses
    .filter(({ status }) => status?.type === 'file' && (status.mode & 0o100) === 0)
    .map(({ path }) => path);
}
