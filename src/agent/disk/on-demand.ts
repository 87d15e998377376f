import { kinds, type Step } from './actions.ts';
import type { DiskRecord } from './disk-records.ts';
import { applySteps, type StepOutcome } from '../action/apply-steps.ts';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { type AutomountFacts, masterMapPath, observeAutomount, programMapPath } from './automount.ts';
import type { Flags } from '../flags/flag-table.ts';
import { readDiskRecords } from './disk-records.ts';
import type { System } from '../../core/system/system.ts';

// What the old agent's map had: after a month of rest a disk is unmounted. A name that was asked for before its disk came
// is refused from memory, by default for a minute (seen with autofs 5.1.8).
const mapOptions = '--timeout=2592000 --negative-timeout=1 sync,nodev,nosuid,noatime';

/**
 * Gives the disk root to autofs, or takes it back.
 * @throws AgentError `automount.missing`, `automount.other-map`, `automount.disks-mounted`
 */
export async function switchOnDemand(system: System, flags: Flags, on: boolean): Promise<StepOutcome[]> {
  return applySteps(planSwitch(await observeOnDemand(system, flags), flags, on), kinds, system);
}

interface OnDemandFacts {
  readonly automount: AutomountFacts;
  readonly records: readonly DiskRecord[];
  /** Of our master map. */
  readonly text: string;
}

async function observeOnDemand(system: System, flags: Flags): Promise<OnDemandFacts> {
  return {
    automount: await observeAutomount(system, flags.CONFIG_DISK_ROOT),
    records: await readDiskRecords(system),
    text: (await system.files.read(masterMapPath)) ?? '',
  };
}

/** @throws AgentError as switchOnDemand */
export function planSwitch({ automount, records, text }: OnDemandFacts, flags: Flags, on: boolean): Step[] {
  if (on) requireAutofs(automount, flags);
  const steps = planOnDemand(text, flags.CONFIG_DISK_ROOT, on);
  if (steps.length > 0) requireNoneMounted(records, on);
  return steps;
}

function requireAutofs(facts: AutomountFacts, flags: Flags): void {
  if (!facts.isInstalled) {
    const remedy = 'install the package autofs';
    throw refused('cannot mount on demand: autofs is missing', 'automount.missing', programMapPath, remedy);
  }
  if (facts.otherMap !== undefined) {
    const remedy = `remove its line from there, or set another CONFIG_DISK_ROOT`;
    const message = `another map of autofs has ${flags.CONFIG_DISK_ROOT}`;
    throw refused(message, 'automount.other-map', facts.otherMap, remedy);
  }
}

function requireNoneMounted(records: readonly DiskRecord[], on: boolean): void {
  const mounted = records.find(({ mountPoint, isBeingMounted }) => mountPoint !== null && !isBeingMounted);
  if (mounted?.mountPoint) {
    const message = 'cannot change who mounts disks while one is mounted or offered';
    const edit = `${on ? 'remove' : 'put'} the # in ${masterMapPath}`;
    throw refused(
      message,
      'automount.disks-mounted',
      mounted.mountPoint,
      `detach all of them first, or ${edit} and reboot`,
    );
  }
}

/** @param text of the master map as it is: an admin's own time limit and options stay */
export function planOnDemand(text: string, diskRoot: string, on: boolean): Step[] {
  const known = /^#?[ \t]*\S+([ \t]+\S*\/etc\/auto\.gandi\b.*)$/m;
  const line = `${on ? '' : '#'}${diskRoot}`;
  const content = known.test(text)
    ? text.replace(known, (_, rest: string) => `${line}${rest}`)
    : `${text}${line} ${programMapPath} ${mapOptions}\n`;
  if (content === text) return [];
  const unit = 'autofs.service';
  return [
    {
      name: 'mount on demand',
      actions: [
        { kind: 'write-file', path: masterMapPath, content, mode: 0o644 },
        ...(on ? ([{ kind: 'control-unit', unit, verb: 'enable' }] as const) : []),
        { kind: 'control-unit', unit, verb: 'try-reload-or-restart' },
        ...(on ? ([{ kind: 'control-unit', unit, verb: 'start' }] as const) : []),
      ],
    },
  ];
}

function refused(message: string, code: string, subject: string, remedy: string): AgentError {
  return new AgentError(message, { code, subject, remedy, exitCode: ExitCode.refusedToProtectData });
}
