import { type CpusAndMemory, observeCpusAndMemory } from '../facts/cpus-and-memory.ts';
import { observeFirstBootOwner, type FirstBootOwner } from '../facts/first-boot-owner.ts';
import { type Mount, observeMounts, observeSwaps } from '../../core/block-device/mounts.ts';
import { pulledSwaps } from '../swap-disk/pulled-swaps.ts';
import { observeServices, type Services } from '../facts/services.ts';
import type { Flags } from '../flags/flag-table.ts';
import { parseFlags } from '../flags/parse-flags.ts';
import { flagFiles } from '../flags/read-flags.ts';
import { isDriveRecorded } from '../sources/drive-record.ts';
import { spoolFolder } from '../event/spool.ts';
import { appliedRecordPath } from '../swap-disk/applied-record.ts';
import type { ListedDisk } from '../disk/describe-disk.ts';
import { listDisks } from '../disk/list-disks.ts';
import { observeAutofsFolders } from '../disk/automount.ts';
import { type OpenFailure, openFailures } from '../event/open-failures.ts';
import { readTimeline } from '../event/timeline.ts';
import { observeUdevRules, type UdevRules } from '../facts/udev-rules.ts';
import { type LinkReport, readNetworkReport } from '../status/network-report.ts';
import { stillOpen } from '../status/status-report.ts';
import { readStages, type StageStatus } from '../stage/status.ts';
import type { System } from '../../core/system/system.ts';

/** What each of the usual reasons is recognised by. */
export interface DoctorFacts {
  /** The flags file that is in force; undefined if there is none. */
  readonly flagFile: string | undefined;
  readonly flags: Flags;
  readonly flagMistakes: readonly string[];
  /** Words in it that look like flags and are none. */
  readonly unknownFlags: readonly string[];
  /** The file of rules that udev reads for the agent; undefined where none is found. */
  readonly rules: UdevRules | undefined;
  /** Folders that the agent's own map of autofs has, in /etc/auto.master.d/gandi.autofs. */
  readonly autofsFolders: readonly string[];
  readonly mounts: readonly Mount[];
  readonly firstBoot: FirstBootOwner;
  /** Which of our services start by themselves. */
  readonly services: Services;
  readonly stages: Readonly<Record<string, StageStatus>>;
  readonly waitingEvents: number;
  readonly disks: readonly ListedDisk[];
  /** What failed about a device and was not made good since. */
  readonly eventFailures: readonly OpenFailure[];
  /** What is not as it was configured, by network interface. */
  readonly networkDifferences: readonly Pick<LinkReport, 'name' | 'lacks' | 'differs'>[];
  /** A configuration of the platform was applied here, from a payload or a drive. */
  readonly isConfigured: boolean;
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

const oldPrograms = ['/usr/share/gandi/bootstrap.d', '/usr/sbin/gandi-bootstrap', '/usr/lib/gandi/manage_data_disk.py'];

export async function observeForDoctor(system: System): Promise<DoctorFacts> {
  const { files } = system;
  const texts = await Promise.all(flagFiles.map(async (path) => ({ path, text: await files.read(path) })));
  const flagFile = texts.find(({ text }) => text !== undefined);
  const { flags, warnings, unknown } = parseFlags(flagFile?.text ?? '');
  const disks = await listDisks(system, flags);
  const target = await files.linkTarget('/etc/resolv.conf');
  return {
    flagFile: flagFile?.path,
    flags,
    flagMistakes: warnings,
    unknownFlags: unknown,
    rules: await observeUdevRules(system),
    autofsFolders: await observeAutofsFolders(system),
    mounts: await observeMounts(system),
    firstBoot: await observeFirstBootOwner(system, flags),
    services: await observeServices(system),
    stages: await readStages(system),
    waitingEvents: (await files.list(spoolFolder)).length,
    disks,
    eventFailures: stillOpen(openFailures(await readTimeline(system)), disks),
    networkDifferences: await observeDifferences(system),
    isConfigured: (await files.status(appliedRecordPath)) !== undefined || (await isDriveRecorded(system)),
    resolverTarget: target,
    oldAgent: await existing(system, oldPrograms),
    notExecutable: await observeNotExecutable(system, [flags.GANDI_HOOK_DIR, flags.GANDI_PLUGIN_DIR]),
    cpusAndMemory: await observeCpusAndMemory(system),
    pulledSwaps: pulledSwaps(await observeSwaps(system)),
  };
}

/** A change that is on trial is judged by itself. */
async function observeDifferences(system: System): Promise<LinkReport[]> {
  const { links, onTrial } = await readNetworkReport(system);
  return onTrial ? [] : links.filter(({ differs }) => differs.length > 0);
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
