import type { FlagName } from '../flags/flag-table.ts';
import type { DoctorFacts } from './doctor-facts.ts';
import type { Finding } from './finding.ts';

const mebibyte = 1024 * 1024;

/** Why memory that was attached is not there: the kernel knows it and does not use it. */
export function memoryOffline(facts: DoctorFacts): Finding[] {
  const { offlineBytes } = facts.cpusAndMemory;
  if (offlineBytes === 0) return [];
  const what = `${offlineBytes / mebibyte} MiB of memory are attached and offline`;
  return [
    {
      code: 'memory-offline',
      problem: `${what}: ${because(facts, 'CONFIG_MEMORY_HOTPLUG')}`,
      fix: `run \`chmem --enable ${offlineBytes / mebibyte}M\``,
      isChoice: true,
    },
  ];
}

/** Xen lets a guest take memory; a kernel without hotplug of memory takes no more than it was started to hold. */
export function memoryNotTaken({ cpusAndMemory: { ballooningBytes, offlineBytes } }: DoctorFacts): Finding[] {
  // What is attached and offline is not taken either, and has a reason of its own.
  const missing = Math.round((ballooningBytes - offlineBytes) / mebibyte);
  if (missing <= 0) return [];
  const problem = `the platform gives ${missing} MiB of memory more than this machine has taken`;
  const fix = 'wait a moment; if it stays so, stop and start the VM: this kernel cannot take more while it runs';
  return [{ code: 'memory-not-taken', problem, fix, isChoice: false }];
}

export function swapPulled({ pulledSwaps }: DoctorFacts): Finding[] {
  return pulledSwaps.map((path) => ({
    code: 'swap-pulled',
    problem: `${path} was pulled while it was swap: what was swapped out to it is lost`,
    fix: `reboot, as only that ends it; next time run \`swapoff ${path}\` before the disk is taken`,
    isChoice: false,
  }));
}

export function cpusOffline(facts: DoctorFacts): Finding[] {
  const { offlineCpus } = facts.cpusAndMemory;
  if (offlineCpus.length === 0) return [];
  const what = offlineCpus.length === 1 ? '1 CPU is' : `${offlineCpus.length} CPUs are`;
  return [
    {
      code: 'cpu-offline',
      problem: `${what} there and offline: ${because(facts, 'CONFIG_CPU_HOTPLUG')}`,
      fix: `run \`chcpu --enable ${offlineCpus.join(',')}\``,
      isChoice: true,
    },
  ];
}

function because({ flags, rules }: DoctorFacts, flag: FlagName): string {
  if (flags[flag] === false) return `${flag}=0`;
  if (rules?.path.startsWith('/etc/')) return `the rules in ${rules.path} are in force, and not the agent's`;
  return 'somebody put it offline after it was attached, or its event was lost';
}
