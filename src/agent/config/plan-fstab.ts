import type { Action } from './actions.ts';
import type { FstabFacts } from '../disk/root-file-system.ts';
import type { ConfigPlan } from './config-step.ts';

const fstab = '/etc/fstab';

/**
 * The line of the root file system by its UUID instead of a kernel name, which may be another disk's at the next boot.
 *
 * | the line of `/` says | what is done |
 * | --- | --- |
 * | a kernel name, and it is the device that is mounted there now | its first field becomes `UUID=` |
 * | a kernel name of another device | nothing: it is not proven which of them is meant |
 * | `UUID=`, `LABEL=`, `PARTUUID=`, `PARTLABEL=`, /dev/mapper, /dev/disk | nothing: it names no kernel name (D7) |
 * | there is none, or more than one | nothing |
 */
export function planFstab({ text, root, day }: FstabFacts): ConfigPlan | undefined {
  if (text === undefined || root === undefined) return undefined;
  const lines = text.split('\n');
  const ofRoot = lines.filter((line) => /^\s*[^#\s]\S*\s+\/\s/.test(line));
  const [line] = ofRoot;
  const spec = line?.trim().split(/\s+/)[0];
  if (line === undefined || ofRoot.length > 1 || spec !== root.path) return undefined;
  const content = lines.map((each) => (each === line ? each.replace(spec, `UUID=${root.uuid}`) : each)).join('\n');
  const backup = `${fstab}.gandi-${day}`;
  const replace: Action = { kind: 'replace-checked', path: fstab, content, mode: 0o644, check: 'fstab', backup };
  return { wanted: `UUID=${root.uuid}`, actions: [replace] };
}
