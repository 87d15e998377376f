import { programMapPath } from '../disk/automount.ts';
import { flagTable, type FlagName } from '../flags/flag-table.ts';
import type { DoctorFacts } from './doctor-facts.ts';
import type { Finding } from './finding.ts';
import { cpusOffline, memoryNotTaken, memoryOffline, swapPulled } from './diagnose-hardware.ts';

type Reason = (facts: DoctorFacts) => Finding[];

/** The usual reasons, the likeliest first. To add one: a function, a line here, a heading in docs/troubleshooting.md. */
const reasons: readonly Reason[] = [
  failedStages,
  flagsOff,
  flagMistakes,
  rulesReplaced,
  autofsOwnsRoot,
  cloudInit,
  unitsOff,
  eventsWaiting,
  disksLeftAlone,
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

function failedStages({ stages }: DoctorFacts): Finding[] {
  return Object.entries(stages).flatMap(([name, stage]) =>
    stage.failures.map(({ step, message }) => ({
      code: 'stage-failed',
      problem: `${name}: ${step} failed: ${message}`,
      fix: `then run \`systemctl restart gandi-${name}\``,
      isChoice: false,
    })),
  );
}

function flagsOff({ flags, flagFile }: DoctorFacts): Finding[] {
  const names = Object.keys(flagTable) as FlagName[];
  return names
    .filter((name) => flags[name] === false && flagTable[name].default === '1')
    .map((name) => ({
      code: 'flag-off',
      problem: `${name}=0: the agent does not ${flagTable[name].meaning}`,
      fix: `set ${name}=1 in ${flagFile ?? '/etc/default/gandi'}`,
      isChoice: true,
    }));
}

function flagMistakes({ flagMistakes: mistakes, flagFile }: DoctorFacts): Finding[] {
  return mistakes.map((mistake) => ({
    code: 'flag-mistake',
    problem: `${flagFile}: ${mistake}`,
    fix: 'correct the line; `gandi-agent validate` checks it',
    isChoice: false,
  }));
}

function rulesReplaced({ ownRules }: DoctorFacts): Finding[] {
  if (ownRules === undefined) return [];
  const { path, text, target } = ownRules;
  const finding = (code: string, problem: string) => [
    {
      code,
      problem,
      fix: `remove ${path}, or uncomment the line, then run \`udevadm control --reload\``,
      isChoice: true,
    },
  ];
  if (target === '/dev/null')
    return finding('rules-shadowed', `${path} is a link to /dev/null: no event reaches the agent`);
  const handlers = text.split('\n').filter((line) => /spool-event/.test(line));
  if (handlers.length === 0) {
    return finding('rules-shadowed', `${path} takes the place of the agent's rules and hands it no event`);
  }
  if (handlers.some((line) => /^\s*#/.test(line))) {
    return finding('rule-commented-out', `a line that hands events to the agent is commented out in ${path}`);
  }
  return [];
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

const ourServices = ['bootstrap', 'config', 'mount', 'network', 'postboot', 'hotplug'].map((name) => `gandi-${name}`);

const toEnable: Readonly<Record<DoctorFacts['services']['init'], (name: string) => string>> = {
  systemd: (name) => `systemctl enable ${unitOf(name)}`,
  sysvinit: (name) => `update-rc.d ${name} enable`,
  openrc: (name) => `rc-update add ${name}`,
};

function unitsOff({ services: { init, enabled, masked } }: DoctorFacts): Finding[] {
  return ourServices
    .filter((name) => !enabled.has(name) || masked.has(name))
    .map((name) => ({
      code: 'unit-off',
      problem: `${unitOf(name)} is ${masked.has(name) ? 'masked' : 'disabled'}`,
      fix: `run \`${masked.has(name) ? `systemctl unmask ${unitOf(name)}` : toEnable[init](name)}\``,
      isChoice: masked.has(name),
    }));
}

/** What systemd starts at boot for it. */
function unitOf(name: string): string {
  return name === 'gandi-hotplug' ? `${name}.path` : `${name}.service`;
}

function eventsWaiting({ waitingEvents }: DoctorFacts): Finding[] {
  if (waitingEvents === 0) return [];
  const problem = `${waitingEvents} hotplug events wait to be handled`;
  const fix = 'if they still wait in a minute, see `systemctl status gandi-hotplug.path gandi-hotplug.service`';
  return [{ code: 'events-waiting', problem, fix, isChoice: false }];
}

function disksLeftAlone({ disks }: DoctorFacts): Finding[] {
  return disks
    .filter(({ mountPoint }) => mountPoint === null)
    .map(({ device, note }) => ({
      code: 'disk-left-alone',
      problem: `${device} was ${note}`,
      fix: `see \`gandi-agent disk explain ${device}\``,
      isChoice: true,
    }));
}

function resolverOwned({ resolverTarget, flags }: DoctorFacts): Finding[] {
  if (resolverTarget === undefined || /\/systemd\/resolve\//.test(resolverTarget) || !flags.CONFIG_NAMESERVER)
    return [];
  const problem = `/etc/resolv.conf is a link to ${resolverTarget}: its owner writes it`;
  const fix = 'make it a file to have the name servers of the payload written';
  return [{ code: 'resolver-owned', problem, fix, isChoice: true }];
}

function noPayload({ wasPayloadApplied, firstBoot }: DoctorFacts): Finding[] {
  if (wasPayloadApplied || firstBoot === 'cloud-init') return [];
  const problem = 'no payload of the platform was ever applied on this machine';
  const fix = 'stop and start the VM from the platform; a reboot from within brings none';
  return [{ code: 'no-payload', problem, fix, isChoice: true }];
}

function hooksNotExecutable({ notExecutable }: DoctorFacts): Finding[] {
  return notExecutable.map((path) => ({
    code: 'hook-not-executable',
    problem: `${path} is not executable and is not run`,
    fix: `run \`chmod u+x ${path}\``,
    isChoice: false,
  }));
}

function oldAgent({ oldAgent: paths }: DoctorFacts): Finding[] {
  if (paths.length === 0) return [];
  const fix = 'remove the package gandi-hosting-vm2';
  return [{ code: 'old-agent', problem: `the old agent is still here: ${paths.join(', ')}`, fix, isChoice: false }];
}
