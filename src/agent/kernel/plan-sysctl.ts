import type { Step } from './actions.ts';
import type { Flags } from '../flags/flag-table.ts';

export const sysctlSource = '/etc/gandi/sysctl.conf';
/** sysctl.d(5): an admin's own files that sort behind it win. */
export const sysctlDropIn = '/etc/sysctl.d/90-gandi.conf';

const header = `# Made by gandi-agent of ${sysctlSource}: change that file, or set CONFIG_SYSCTL=0.\n`;

export interface SysctlFacts {
  readonly source: string | undefined;
  readonly dropIn: string | undefined;
}

/**
 * The settings as a drop-in, which the system itself loads in each boot before anything else starts. Only a change is
 * loaded by us: the old agent loaded them late in every boot, over what Docker and its kin had set by then (L24).
 */
export function planSysctl({ source, dropIn }: SysctlFacts, flags: Flags): Step {
  const name = 'kernel settings';
  const isOurs = dropIn?.startsWith(header) === true;
  if (!flags.CONFIG_SYSCTL) return { name, actions: isOurs ? [{ kind: 'remove-file', path: sysctlDropIn }] : [] };
  const isOfAdmin = dropIn !== undefined && !isOurs;
  const content = `${header}${source ?? ''}`;
  if (source === undefined || isOfAdmin || dropIn === content) return { name, actions: [] };
  return {
    name,
    actions: [
      { kind: 'make-directory', path: '/etc/sysctl.d', mode: 0o755 },
      { kind: 'write-file', path: sysctlDropIn, content, mode: 0o644 },
      { kind: 'load-kernel-settings' },
    ],
  };
}
