import { type HookName, hookTimeoutSeconds, secondsToEnd } from '../../src/agent/action/run-hook.ts';
import { toolEnvironment } from '../../src/core/system/tool-environment.ts';
import { flagTable } from '../../src/agent/flags/flag-table.ts';
import { bold, escapeRoff, literalLines, paragraphs, seeAlsoLines, termLines, titleLine } from './roff.ts';

interface HookEntry {
  readonly operands: string;
  readonly told: string;
  readonly ifItFails: string;
}

const hooks: Readonly<Record<HookName, HookEntry>> = {
  'post-disk-attach': {
    operands: 'DEVICE FILE-SYSTEM MOUNT-POINT',
    told: 'After a data disk was mounted, or offered to autofs: when it is attached, at each boot, and after gandi-agent disk attach. Of many disks that come at once, all are mounted first. It is told once for a mount, whatever comes of it.',
    ifItFails: 'The disk stays mounted; the failure is in gandi-agent status and doctor.',
  },
  'pre-disk-detach': {
    operands: 'DEVICE MOUNT-POINT',
    told: 'Before gandi-agent disk detach stops the services of the disk and unmounts it. Of a disk that was removed without a detach: after its stale mount is gone. Not told of a disk that goes before post-disk-attach was told of it.',
    ifItFails: 'The disk stays mounted. A disk that is gone already is cleaned up in any case.',
  },
  'pre-freeze': {
    operands: 'MOUNT-POINT...',
    told: 'Before the platform has the data disks at these paths frozen: a database writes everything out, and holds what is to come.',
    ifItFails: 'Nothing is frozen, the platform is told which hook it was, and post-thaw runs.',
  },
  'post-thaw': {
    operands: 'MOUNT-POINT...',
    told: 'After these disks were thawed, because the platform asked for it or the deadline came, and after a freeze that came to nothing. It may run twice for one freeze.',
    ifItFails: 'The disks are thawed all the same. It runs once more when the deadline comes.',
  },
  'post-iface-attach': {
    operands: '',
    told: 'After a network interface was attached and configured, and at boot for each one that is there; once for each.',
    ifItFails: 'The interface stays as it is; the failure is in gandi-agent status and doctor.',
  },
  'post-vm-config': {
    operands: '',
    told: 'At each boot, as the last step of gandi-agent config, after the programs in /etc/gandi/plugins.d.',
    ifItFails: 'The stage counts as failed; what it did before stays.',
  },
};

const diskVariables: readonly (readonly [string, string])[] = [
  ['GANDI_DEVICE', '/dev/sdb'],
  ['GANDI_MOUNT_POINT', '/srv/data'],
  ['GANDI_DISK_NAME', 'The name of its folder: data.'],
  ['GANDI_FILE_SYSTEM', 'The type as udev names it: ext4.'],
  ['GANDI_UUID', 'UUID of the file system; empty if it has none.'],
  ['GANDI_PULLED', 'Of pre-disk-detach only: 1 if the disk is gone already, else 0.'],
];

/** gandi-hooks(7): what an admin's programs are told, when, and by which rules they are run. */
export function renderHooksManual(): string {
  return paragraphs([
    titleLine('GANDI-HOOKS', 7),
    '.SH NAME',
    'gandi\\-hooks \\- programs of the admin that gandi\\-agent runs',
    '.SH SYNOPSIS',
    ...[...Object.entries(hooks).map(([name, { operands }]) => `/etc/gandi/hooks/${name} ${operands}`.trimEnd())]
      .concat(['/etc/gandi/plugins.d/*', '/etc/gandi/services.d/NAME'])
      .flatMap((line, index) => (index === 0 ? [bold(line)] : ['.br', bold(line)])),
    '.SH DESCRIPTION',
    `A hook is one program with a fixed name in the folder of hooks (${bold('GANDI_HOOK_DIR', 'inline')} in gandi(5)). The package installs`,
    'one of each that holds comments only; such a script is not started. An upgrade keeps what you write there.',
    '.SH HOOKS',
    ...Object.entries(hooks).flatMap(([name, { operands, told, ifItFails }]) => [
      '.TP',
      bold(`${name} ${operands}`.trimEnd()),
      escapeRoff(told),
      escapeRoff(`If it fails: ${ifItFails.charAt(0).toLowerCase()}${ifItFails.slice(1)}`),
    ]),
    '.SH ENVIRONMENT',
    escapeRoff(
      `A hook gets PATH=${toolEnvironment.PATH}, LC_ALL=${toolEnvironment.LC_ALL}, GANDI_HOOK with its own name, and nothing else but:`,
    ),
    '.SS Hooks of disks',
    ...termLines(diskVariables),
    '.SS post\\-iface\\-attach',
    ...termLines([['INTERFACE', 'Name of the interface: eth0.']]),
    '.SH RULES',
    ...termLines([
      ['User and folder', 'root, in /.'],
      [
        'Safety',
        'The file and every folder above it must belong to root, and nobody else may write them; a link is refused. Then the hook fails with hook.not-safe, and without the execute bit with hook.not-executable.',
      ],
      [
        'Time',
        `${hookTimeoutSeconds} seconds for a hook; pre-freeze has no more than until ${secondsToEnd} seconds before the deadline of the freeze. Then it is stopped with all that it started, and counts as failed (hook.timed-out).`,
      ],
      ['Exit status', '0 is success; any other is a failure.'],
      [
        'Output',
        'In the journal, line by line: journalctl -t gandi. With GANDI_DEVICE=/dev/sdb, what hooks of that disk said.',
      ],
      [
        'Sandbox',
        'Where the service of the agent is closed off by systemd, a hook is run in a unit of its own without these limits, gandi-hook-ID.service. What it leaves in the background goes on.',
      ],
      ['Not run', 'Of a tree (--root), and with --dry-run.'],
    ]),
    '.SH PLUGINS',
    escapeRoff(
      'Every executable in /etc/gandi/plugins.d is a step of gandi-agent config of its own, at each boot, in the order of their names. The',
    ),
    escapeRoff(
      'name has letters, digits, - and _ only, as for run-parts(8): what package managers and editors leave beside it is not run. A plugin gets PATH and LC_ALL, no arguments, and CONFIG_PLUGIN_TIMEOUT seconds.',
    ),
    escapeRoff(
      `The default is ${flagTable.CONFIG_PLUGIN_TIMEOUT.default}. One that fails does not keep the others from running. CONFIG_PLUGINS=0 switches them off; the rules above hold for them.`,
    ),
    '.SH SERVICES OF A DISK',
    escapeRoff(
      '/etc/gandi/services.d/NAME, with the name of the folder of a disk, has names of units, one per line; # begins a comment. Those that run are stopped before the disk is unmounted, or when it was removed, and started again once this disk is mounted at the same folder. The file must be as safe as a hook. The order at a detach: pre-disk-detach, services, unmount.',
    ),
    '.SH EXAMPLES',
    escapeRoff('Have a database start once its disk is there:'),
    ...literalLines([
      '#!/bin/sh',
      '# /etc/gandi/hooks/post-disk-attach',
      'if [ "$GANDI_DISK_NAME" = pgdata ]; then systemctl start postgresql; fi',
    ]),
    ...seeAlsoLines(['gandi-agent(8)', 'gandi(5)', 'gandi-disks(7)', 'run-parts(8)', 'systemctl(1)']),
  ]);
}
