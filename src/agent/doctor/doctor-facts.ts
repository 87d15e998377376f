import { type CpusAndMemory, observeCpusAndMemory } from '../facts/cpus-and-memory.ts';
import { observeFirstBootOwner, type FirstBootOwner } from '../facts/first-boot-owner.ts';
import { type Mount, observeMounts, observeSwaps } from '../../core/block-device/mounts.ts';
import { pulledSwaps } from '../swap-disk/pulled-swaps.ts';
import { isDriveRecorded } from '../sources/drive-record.ts';
import { spoolFolder } from '../event/spool.ts';
import { appliedRecordPath } from '../swap-disk/applied-record.ts';
import type { ListedDisk } from '../disk/describe-disk.ts';
import { listDisks } from '../disk/list-disks.ts';
import { type OpenFailure, openFailures } from '../event/open-failures.ts';
import { readTimeline } from '../event/timeline.ts';
import { type InstalledFacts, observeInstalled } from './installed-facts.ts';
import { type LinkReport, readNetworkReport } from '../status/network-report.ts';
import { stillOpen } from '../status/status-report.ts';
import { readStages, type StageStatus } from '../stage/status.ts';
import type { System } from '../../core/system/system.ts';

/** What each of the usual reasons is recognised by. */
export interface DoctorFacts extends InstalledFacts {
  readonly mounts: readonly Mount[];
  readonly firstBoot: FirstBootOwner;
  readonly stages: Readonly<Record<string, StageStatus>>;
  readonly waitingEvents: number;
  readonly disks: readonly ListedDisk[];
  /** What failed about a device and was not made good since. */
  readonly eventFailures: readonly OpenFailure[];
  /** What is not as it was configured, by network interface. */
  readonly networkDifferences: readonly Pick<LinkReport, 'name' | 'lacks' | 'differs'>[];
  /** A configuration of the platform was applied here, from a payload or a drive. */
  readonly isConfigured: boolean;
  readonly cpusAndMemory: CpusAndMemory;
  /** Block devices that are swap in use and gone. */
  readonly pulledSwaps: readonly string[];
}

export async function observeForDoctor(system: System): Promise<DoctorFacts> {
  const installed = await observeInstalled(system);
  const { flags } = installed;
  const disks = await listDisks(system, flags);
  return {
    ...installed,
    mounts: await observeMounts(system),
    firstBoot: await observeFirstBootOwner(system, flags),
    stages: await readStages(system),
    waitingEvents: (await system.files.list(spoolFolder)).length,
    disks,
    eventFailures: stillOpen(openFailures(await readTimeline(system)), disks),
    networkDifferences: await observeDifferences(system),
    isConfigured: (await system.files.status(appliedRecordPath)) !== undefined || (await isDriveRecorded(system)),
    cpusAndMemory: await observeCpusAndMemory(system),
    pulledSwaps: pulledSwaps(await observeSwaps(system)),
  };
}

/** A change that is on trial is judged by itself. */
async function observeDifferences(system: System): Promise<LinkReport[]> {
  const { links, onTrial } = await readNetworkReport(system);
  return onTrial ? [] : links.filter(({ differs }) => differs.length > 0);
}
