import { decideEntrances, type Entrances } from '../access/entrances.ts';
import type { System } from '../../core/system/system.ts';
import { diagnose } from './diagnose.ts';
import { observeForDoctor } from './doctor-facts.ts';
import { sortFindings } from './finding-lines.ts';
import type { Finding } from './finding.ts';
import { diagnoseTree } from './diagnose-installed.ts';
import { observeInstalled } from './installed-facts.ts';
import { observeEntrances, observeEntrancesOfTree } from './observe-entrances.ts';

/** What `gandi-agent doctor --json` prints. New keys may come, none goes. */
export interface DoctorReport {
  readonly version: 1;
  /** Who gets into this machine, and how. */
  readonly entrances: Entrances;
  readonly findings: readonly Finding[];
}

export async function readDoctorReport(system: System): Promise<DoctorReport> {
  return {
    version: 1,
    entrances: decideEntrances(await observeEntrances(system)),
    findings: sortFindings(diagnose(await observeForDoctor(system))),
  };
}

/** The same of a system that does not run. Its files are read, and nothing in it is run. */
export async function readDoctorReportOfTree(system: System): Promise<DoctorReport> {
  return {
    version: 1,
    entrances: decideEntrances(await observeEntrancesOfTree(system)),
    findings: sortFindings(diagnoseTree(await observeInstalled(system, system.root))),
  };
}

/** Somebody gets in, and nothing is wrong that nobody decided. */
export function isWell({ entrances, findings }: DoctorReport): boolean {
  return entrances.open.length > 0 && findings.every(({ isChoice }) => isChoice);
}
