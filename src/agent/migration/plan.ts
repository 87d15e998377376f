import type { Action, Step } from '../action/actions.ts';
import type { OldAgentFacts, OldFile } from './old-agent.ts';
import { setFlag } from './set-flag.ts';

/** Which flag now does what commenting out the line of a handler did. */
const flagsOfHandlers = [
  { handler: 'manage_data_disk', flag: 'CONFIG_ALLOW_MOUNT' },
  { handler: 'manage_iface', flag: 'CONFIG_NIC_HOTPLUG' },
  { handler: 'cpu_online', flag: 'CONFIG_CPU_HOTPLUG' },
  { handler: 'manage_memory', flag: 'CONFIG_MEMORY_HOTPLUG' },
  // Of our own rules, edited where the next upgrade replaces them.
  { handler: 'spool-event disk', flag: 'CONFIG_ALLOW_MOUNT' },
  { handler: 'spool-event nic', flag: 'CONFIG_NIC_HOTPLUG' },
] as const;

/**
 * Takes over from gandi-hosting-vm2, or from an earlier version: what an admin switched off in rules that are replaced is off in the
 * flags, the folder of an edited map of autofs is that of data disks, and nothing of the old agent runs or is read any more. Every file that goes or changes is kept in /var/lib/gandi/replaced.
 */
export function planMigration(facts: OldAgentFacts): Step[] {
  const { rules, replacedRules, initScripts, runLevelLinks, unitLinks } = facts;
  return [
    { name: 'flags', actions: planFlags(facts) },
    { name: 'udev rules', actions: [...rules, ...(replacedRules === undefined ? [] : [replacedRules])].map(remove) },
    { name: 'init scripts', actions: [...runLevelLinks.map(removeLink), ...initScripts.map(remove)] },
    { name: 'unit links', actions: unitLinks.map(removeLink) },
  ];
}

function planFlags({ rules, replacedRules, flagFile, autofsFolder, hasOwnDiskRoot }: OldAgentFacts): Action[] {
  if (flagFile === undefined) return [];
  const texts = [...rules, ...(replacedRules === undefined ? [] : [replacedRules])].map(({ text }) => text);
  const off = flagsOfHandlers.filter(({ handler }) => texts.some((text) => isSwitchedOff(text, handler)));
  const switched = off.reduce((current, { flag }) => setFlag(current, flag, '0'), flagFile.text);
  const isMoved = autofsFolder !== undefined && !hasOwnDiskRoot;
  const text = isMoved ? setFlag(switched, 'CONFIG_DISK_ROOT', `"${autofsFolder}"`) : switched;
  if (text === flagFile.text) return [];
  return [{ kind: 'write-file', path: flagFile.path, content: text, mode: 0o644, keepOld: true }];
}

/**
 * Whether an admin commented out every line of a handler. `#disabled#` was put there by the old package itself, on
 * systems where its handler could not work: that says nothing about what the admin wants.
 */
function isSwitchedOff(rules: string, handler: string): boolean {
  const lines = rules.split('\n').filter((line) => line.includes(handler));
  return lines.length > 0 && lines.every((line) => /^\s*#/.test(line) && !line.includes('#disabled#'));
}

function remove({ path }: OldFile): Action {
  return { kind: 'remove-file', path, keepOld: true };
}

function removeLink(path: string): Action {
  return { kind: 'remove-file', path };
}
