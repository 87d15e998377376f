import { join } from 'node:path';
import { masterMapPath } from '../disk/automount.ts';
import { quoteWords } from '../../core/command/quote-words.ts';
import { handsOver, isCommentedOut } from '../facts/udev-rules.ts';
import { flagTable, type FlagName } from '../flags/flag-table.ts';
import { isOfOldAgent } from '../migration/old-agent.ts';
import type { InstalledFacts } from './installed-facts.ts';
import type { Finding } from './finding.ts';
import { ourServices } from './our-services.ts';

/** What only files tell, so that it is told of a tree too. */
const reasons: readonly ((facts: InstalledFacts) => Finding[])[] = [
  flagsOff,
  flagMistakes,
  flagsUnknown,
  assignmentsMistaken,
  rulesReplaced,
  autofsElsewhere,
  unitsOff,
  resolverOwned,
  hooksNotExecutable,
  oldAgent,
];

/** Why something will not be done on a machine whose tree this is. */
export function diagnoseTree(facts: InstalledFacts): Finding[] {
  return reasons.flatMap((reason) => reason(facts));
}

export function flagsOff({ flags, flagFile }: InstalledFacts): Finding[] {
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

export function flagMistakes({ root, flagMistakes: mistakes, flagFile }: InstalledFacts): Finding[] {
  return mistakes.map((mistake) => ({
    code: 'flag-mistake',
    problem: `${flagFile}: ${mistake}`,
    fix: `correct the line; \`gandi-agent validate${root === '/' ? '' : ` ${placeIn(root, flagFile ?? '')}`}\` checks it`,
    isChoice: false,
  }));
}

/** The disks that such a file may mean are left alone. */
export function assignmentsMistaken({ assignmentMistakes }: InstalledFacts): Finding[] {
  return assignmentMistakes.map((problem) => ({
    code: 'assignment-mistaken',
    problem,
    fix: 'correct the file, check it with `gandi-agent validate`, then run `gandi-agent disk attach` for its disk',
    isChoice: false,
  }));
}

export function flagsUnknown({ unknownFlags, flagFile }: InstalledFacts): Finding[] {
  return unknownFlags.map((mistake) => ({
    code: 'flag-unknown',
    problem: `${flagFile}: ${mistake}`,
    fix: 'correct the name or remove the line; gandi(5) has all flags',
    isChoice: false,
  }));
}

export function rulesReplaced({ root, rules }: InstalledFacts): Finding[] {
  if (rules === undefined) return [];
  const { path, target, text } = rules;
  const isOwn = path.startsWith('/etc/');
  const isTree = root !== '/';
  const finding = (code: string, problem: string) => [
    {
      code,
      problem,
      fix: `${isOwn ? `remove ${path}, or ` : ''}uncomment the line${isTree ? '' : ', then run `udevadm control --reload`'}`,
      isChoice: true,
    },
  ];
  if (isOfOldAgent(text)) {
    const problem = `${path} is the file of the old agent: it names programs that are gone, and keeps every event from the agent`;
    const fix = isTree
      ? `run \`gandi-agent migrate --root ${quoteWords([root])}\`, which keeps what is switched off in it`
      : 'run `gandi-agent migrate`, which keeps what is switched off in it, then `udevadm control --reload`';
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
export function autofsElsewhere({
  root: tree,
  autofsFolders,
  flags: { CONFIG_DISK_ROOT: root },
}: InstalledFacts): Finding[] {
  return autofsFolders
    .filter((folder) => folder.replace(/(?<!\/)\/+$/, '') !== root)
    .map((folder) => ({
      code: 'autofs-elsewhere',
      problem: `${masterMapPath} has the folder ${folder}, and CONFIG_DISK_ROOT is ${root}: disks are mounted at ${root} when they are attached, and ${folder} stays empty`,
      fix: `set CONFIG_DISK_ROOT=${folder} in the flags file${tree === '/' ? ' and reboot' : ''}, or write ${root} in ${masterMapPath}`,
      isChoice: false,
    }));
}

export function unitsOff({ root, services: { init, enabled, masked } }: InstalledFacts): Finding[] {
  return ourServices
    .filter((name) => !enabled.has(name) || masked.has(name))
    .map((name) => ({
      code: 'unit-off',
      problem: `${unitOf(name)} is ${masked.has(name) ? 'masked' : 'disabled'}`,
      fix: `run \`${masked.has(name) ? `${systemctl(root)} unmask ${unitOf(name)}` : toEnable[init](name, root)}\``,
      isChoice: masked.has(name),
    }));
}

/** Of a tree nothing is run: where the tool has no option for one, the link that it would make is made. */
const toEnable: Readonly<Record<InstalledFacts['services']['init'], (name: string, root: string) => string>> = {
  systemd: (name, root) => `${systemctl(root)} enable ${unitOf(name)}`,
  sysvinit: (name, root) =>
    root === '/' ? `update-rc.d ${name} enable` : `ln -s ../init.d/${name} ${placeIn(root, `/etc/rc2.d/S01${name}`)}`,
  openrc: (name, root) =>
    root === '/'
      ? `rc-update add ${name}`
      : `ln -s /etc/init.d/${name} ${placeIn(root, `/etc/runlevels/default/${name}`)}`,
};

function systemctl(root: string): string {
  return root === '/' ? 'systemctl' : `systemctl --root=${quoteWords([root])}`;
}

/** What systemd starts at boot for it. */
function unitOf(name: string): string {
  return name === 'gandi-hotplug' ? `${name}.path` : `${name}.service`;
}

export function resolverOwned({ resolverTarget, flags }: InstalledFacts): Finding[] {
  if (resolverTarget === undefined || /\/systemd\/resolve\//.test(resolverTarget) || !flags.CONFIG_NAMESERVER)
    return [];
  const problem = `/etc/resolv.conf is a link to ${resolverTarget}: its owner writes it`;
  const fix = 'make it a file to have the name servers of the payload written';
  return [{ code: 'resolver-owned', problem, fix, isChoice: true }];
}

export function hooksNotExecutable({ root, notExecutable }: InstalledFacts): Finding[] {
  return notExecutable.map((path) => ({
    code: 'hook-not-executable',
    problem: `${path} is not executable and is not run`,
    fix: `run \`chmod u+x ${placeIn(root, path)}\``,
    isChoice: false,
  }));
}

export function oldAgent({ oldAgent: paths }: InstalledFacts): Finding[] {
  if (paths.length === 0) return [];
  const fix = 'remove the package gandi-hosting-vm2';
  return [{ code: 'old-agent', problem: `the old agent is still here: ${paths.join(', ')}`, fix, isChoice: false }];
}

/** A path of the system, as one types it here. */
function placeIn(root: string, path: string): string {
  return quoteWords([join(root, path)]);
}
