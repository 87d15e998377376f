import { programMapPath } from '../disk/automount.ts';
import type { DoctorFacts } from './doctor-facts.ts';
import type { Finding } from './finding.ts';
import { disksNotMounted } from './diagnose-disks.ts';
import {
  autofsElsewhere,
  flagMistakes,
  flagsOff,
  assignmentsMistaken,
  flagsUnknown,
  hooksNotExecutable,
  oldAgent,
  resolverOwned,
  rulesReplaced,
  unitsOff,
} from './diagnose-installed.ts';
import { failedStages } from './diagnose-stages.ts';
import { cpusOffline, memoryNotTaken, memoryOffline, swapPulled } from './diagnose-hardware.ts';

type Reason = (facts: DoctorFacts) => Finding[];

/** The usual reasons, the likeliest first. To add one: a function, a line here, a heading in docs/troubleshooting.md. */
const reasons: readonly Reason[] = [
  failedStages,
  failedEvents,
  networkDiffers,
  flagsOff,
  flagMistakes,
  flagsUnknown,
  assignmentsMistaken,
  rulesReplaced,
  autofsOwnsRoot,
  autofsElsewhere,
  cloudInit,
  unitsOff,
  eventsWaiting,
  disksNotMounted,
  swapPulled,
  memoryOffline,
  memoryNotTaken,
  cpusOffline,
  resolverOwned,
  noPayload,
  hooksNotExecutable,
  oldAgent,
];

/** Why something that was expected of the agent did not happen on this machine. */
export function diagnose(facts: DoctorFacts): Finding[] {
  return reasons.flatMap((reason) => reason(facts));
}

function failedEvents({ eventFailures }: DoctorFacts): Finding[] {
  return eventFailures.flatMap(({ device, action, failures }) =>
    failures.map((failure) => ({
      code: 'event-failed',
      problem: `${action} ${device}: ${failure}`,
      fix: action.split('+').includes('remove')
        ? 'look whether what was on it is complete when it is attached again; the next boot ends this message'
        : `run \`gandi-agent disk explain ${device}\``,
      isChoice: false,
    })),
  );
}

/** Addresses that are not there are a problem. An admin's file that wins, or one more address, may be as somebody wants it. */
function networkDiffers({ networkDifferences, flags, firstBoot }: DoctorFacts): Finding[] {
  if (!flags.CONFIG_NETWORK || firstBoot === 'cloud-init') return [];
  return networkDifferences.map(({ name, lacks, differs }) => ({
    code: 'network-differs',
    problem: `${name} is not as it was configured: ${differs.join('; ')}`,
    fix: 'see `gandi-agent network show`; to have the stored configuration applied again, run `gandi-agent bootstrap --again` and reboot',
    ...(lacks.length > 0 ? { isChoice: false } : { isChoice: true, isNote: true }),
  }));
}

function autofsOwnsRoot({ mounts, flags }: DoctorFacts): Finding[] {
  const root = flags.CONFIG_DISK_ROOT;
  const owner = mounts.find(({ fileSystem, mountPoint }) => fileSystem === 'autofs' && mountPoint === root);
  if (owner === undefined) return [];
  if (owner.source.endsWith(programMapPath)) {
    const fix = 'run `gandi-agent disk autofs off` to have disks mounted when they are attached';
    return [{ code: 'autofs', problem: `disks below ${root} are mounted on demand`, fix, isChoice: true }];
  }
  const fix = 'remove its map from /etc/auto.master.d and restart autofs, to have disks mounted when they are attached';
  return [{ code: 'autofs', problem: `autofs owns ${root} and mounts on demand`, fix, isChoice: true }];
}

function cloudInit({ firstBoot, flagFile }: DoctorFacts): Finding[] {
  if (firstBoot !== 'cloud-init') return [];
  const problem = 'first boot is left to cloud-init: host name, users, keys and network are its own';
  const fix = `set CONFIG_FIRST_BOOT=1 in ${flagFile ?? '/etc/default/gandi'} to have the agent do it`;
  return [{ code: 'cloud-init', problem, fix, isChoice: true }];
}

function eventsWaiting({ waitingEvents }: DoctorFacts): Finding[] {
  if (waitingEvents === 0) return [];
  const problem = `${waitingEvents} hotplug events wait to be handled`;
  const fix = 'if they still wait in a minute, see `systemctl status gandi-hotplug.path gandi-hotplug.service`';
  return [{ code: 'events-waiting', problem, fix, isChoice: false }];
}

function noPayload({ isConfigured, firstBoot }: DoctorFacts): Finding[] {
  if (isConfigured || firstBoot === 'cloud-init') return [];
  const problem = 'no configuration of the platform was ever applied on this machine';
  const fix = 'stop and start the VM from the platform; a reboot from within brings none';
  return [{ code: 'no-payload', problem, fix, isChoice: true }];
}
