import type { Flags } from './flag-table.ts';

/** What of a machine is needed to judge its flags. */
export interface FlagSurroundings {
  /** Whether the time zone is known here; undefined where no zones are installed. */
  readonly isTimezone: (name: string) => boolean | undefined;
  /** Folders that the agent's own map of autofs has; empty where it is off. */
  readonly autofsFolders: readonly string[];
}

/** What is valid in a flags file and will not do what the one who wrote it expects: one sentence each. */
export function adviceOnFlags(flags: Flags, { isTimezone, autofsFolders }: FlagSurroundings): string[] {
  const { CONFIG_SWAP_DEVICE: swap, CONFIG_TIMEZONE_NAME: zone, CONFIG_MOUNT_PARAMS: options } = flags;
  const root = flags.CONFIG_DISK_ROOT;
  const elsewhere = autofsFolders.filter((folder) => folder.replace(/(?<!\/)\/+$/, '') !== root);
  const dropped = options.split(',').filter((option) => ['suid', 'dev'].includes(option.trim()));
  return [
    // Row 71 of docs/decisions/swap-disk.md.
    ...(/^\/dev\/disk\/by-(?:label|uuid|partlabel|partuuid)\//.test(swap)
      ? ['CONFIG_SWAP_DEVICE: a name by what is on a disk designates none; use a name below /dev/disk/by-path']
      : []),
    ...(zone !== '' && isTimezone(zone) === false
      ? [
          `CONFIG_TIMEZONE_NAME: this machine has no time zone ${JSON.stringify(zone)}; \`timedatectl list-timezones\` has all`,
        ]
      : []),
    ...elsewhere.map(
      (folder) => `CONFIG_DISK_ROOT: is ${root}, and gandi.autofs has ${folder}: nothing is mounted there on demand`,
    ),
    ...dropped.map(
      (option) => `CONFIG_MOUNT_PARAMS: ${option.trim()} is left out, as no${option.trim()} is always added`,
    ),
  ];
}
