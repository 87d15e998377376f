import { masterMapPath, programMapPath } from '../disk/automount.ts';
import type { ListedDisk } from '../disk/describe-disk.ts';
import { handsOver, isCommentedOut } from '../facts/udev-rules.ts';
import { flagTable, type FlagName } from '../flags/flag-table.ts';
import { isOfOldAgent } from '../migration/old-agent.ts';
import type { DoctorFacts } from './doctor-facts.ts';
import type { Finding } from './finding.ts';
import { ourServices } from './our-services.ts';
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

function flagsOff({ flags, flagFile }: DoctorFacts): Finding[] {
  const names = Object.keys(flagTable) as FlagName[];
  return names
    .filter((name) => flags[name] === false && flagTable[name].default === '1')
    .map((name) => ({
      code: 'flag-off',
      problem: `${name}=0 switches off: ${flagTable[name].meaning}`,
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

function flagsUnknown({ unknownFlags, flagFile }: DoctorFacts): Finding[] {
  return unknownFlags.map((mistake) => ({
    code: 'flag-unknown',
    problem: `${flagFile}: ${mistake}`,
    fix: 'correct the name or remove the line; gandi(5) has all flags',
    isChoice: false,
  }));
}

function rulesReplaced({ rules }: DoctorFacts): Finding[] {
  if (rules === undefined) return [];
  const { path, target, text } = rules;
  const isOwn = path.startsWith('/etc/');
  const finding = (code: string, problem: string) => [
    {
      code,
      problem,
      fix: `${isOwn ? `remove ${path}, or ` : ''}uncomment the line, then run \`udevadm control --reload\``,
      isChoice: true,
    },
  ];
  if (isOfOldAgent(text)) {
    const problem = `${path} is the file of the old agent: it names programs that are gone, and keeps every event from the agent`;
    const fix = 'run `gandi-agent migrate`, which keeps what is switched off in it, then `udevadm control --reload`';
    return [{ code: 'rules-old', problem, fix, isChoice: false }];
  }
  if (target === '/dev/null')
    return finding('rules-shadowed', `${path} is a link to /dev/null: no event reaches the agent`);
  const handed = handedOver.filter((device) => handsOver(rules, device));
  if (handed.length > 0 && !handedOver.some((device) => isCommentedOut(rules, device))) return [];
  if (handedOver.some((device) => isCommentedOut(rules, device))) {
    return finding('rule-commented-out', `a line that hands events to the agent is commented out in ${path}`);
  }
  return finding('rules-shadowed', `${path} takes the place of the agent's rules and hands it no event`);
}

const handedOver = ['disk', 'nic', 'cpu', 'config-drive'] as const;

/** Nobody mounts there, and what is mounted is elsewhere. */
function autofsElsewhere({ autofsFolders, flags: { CONFIG_DISK_ROOT: root } }: DoctorFacts): Finding[] {
  return autofsFolders
    .filter((folder) => folder.replace(/(?<!\/)\/+$/, '') !== root)
    .map((folder) => ({
      code: 'autofs-elsewhere',
      problem: `${masterMapPath} has the folder ${folder}, and CONFIG_DISK_ROOT is ${root}: disks are mounted at ${root} when they are attached, and ${folder} stays empty`,
      fix: `set CONFIG_DISK_ROOT=${folder} in the flags file and reboot, or write ${root} in ${masterMapPath}`,
      isChoice: false,
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

/** Who decided that a disk is not mounted, by its state; states of which there is nothing to say are not here. */
const standings: Partial<Record<ListedDisk['state'], 'problem' | 'note' | 'choice'>> = {
  hidden: 'problem',
  'not-served': 'note',
  unmounted: 'choice',
  ready: 'note',
};

/** The same for what is left alone. That it is switched off, and what the system is on, is said elsewhere or goes without saying. */
const standingsOfRows: Readonly<Record<string, 'note' | 'choice'>> = {
  ambivalent: 'note',
  blank: 'note',
  'not-a-file-system': 'note',
  'type-not-allowed': 'note',
  fstab: 'choice',
  'mount-unit': 'choice',
  'no-capacity': 'note',
  'same-uuid': 'note',
  'folder-not-empty': 'note',
  'no-folder': 'note',
  automount: 'choice',
  'unsafe-root': 'note',
  'not-ready': 'note',
  'system-unknown': 'note',
};

function disksNotMounted({ disks }: DoctorFacts): Finding[] {
  return disks.flatMap((disk): Finding[] => {
    const { isMarked, looksLike, state, code, device, note, next } = disk;
    if (!isMarked && looksLike === null) return [];
    const standing = isMarked ? (standings[state] ?? standingsOfRows[code ?? '']) : unmarkedStanding(disk);
    if (standing === undefined) return [];
    const fix = next ?? `see \`gandi-agent disk explain ${device}\``;
    const isNote = standing === 'note' ? { isNote: true } : {};
    return [{ code: codeOf(disk), problem: `${device} is ${note}`, fix, isChoice: standing !== 'problem', ...isNote }];
  });
}

function unmarkedStanding({ code }: ListedDisk): 'note' | undefined {
  return code === 'not-a-data-disk' ? 'note' : undefined;
}

function codeOf({ isMarked, state }: ListedDisk): string {
  if (!isMarked) return 'disk-not-managed';
  return state === 'hidden' ? 'disk-hidden' : 'disk-left-alone';
}

function resolverOwned({ resolverTarget, flags }: DoctorFacts): Finding[] {
  if (resolverTarget === undefined || /\/systemd\/resolve\//.test(resolverTarget) || !flags.CONFIG_NAMESERVER)
    return [];
  const problem = `/etc/resolv.conf is a link to ${resolverTarget}: its owner writes it`;
  const fix = 'make it a file to have the name servers of the payload written';
  return [{ code: 'resolver-owned', problem, fix, isChoice: true }];
}

function noPayload({ isConfigured, firstBoot }: DoctorFacts): Finding[] {
  if (isConfigured || firstBoot === 'cloud-init') return [];
  const problem = 'no configuration of the platform was ever applied on this machine';
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
