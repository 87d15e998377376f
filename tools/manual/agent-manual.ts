import type { Command } from '../../src/core/command/command.ts';
import { bold, escapeRoff, paragraphs, titleLine } from './roff.ts';

/** gandi-agent(8): the commands, from the list that `--help` is made of. */
export function renderAgentManual(commands: readonly Command[]): string {
  const entries = commands.flatMap(({ name, usage, summary }) => [
    '.TP',
    `.B ${escapeRoff(`${name} ${usage}`.trim())}`,
    `${escapeRoff(summary.charAt(0).toUpperCase() + summary.slice(1))}.`,
  ]);
  return paragraphs([
    titleLine('GANDI-AGENT', 8),
    '.SH NAME',
    'gandi-agent \\- configure a virtual machine at first boot, and handle what is attached to it',
    '.SH SYNOPSIS',
    '.B gandi\\-agent',
    '.I COMMAND',
    '[\\fIOPTION\\fR]...',
    '.SH DESCRIPTION',
    'The stages and the handler of hotplug events are run by systemd; all of them may be run by hand, as often as you like.',
    `With ${bold('--dry-run', 'inline')} a stage prints what it would do. With ${bold('--root', 'inline')} it works on the tree of a machine that is not running.`,
    '.SH COMMANDS',
    ...entries,
    '.SH EXIT STATUS',
    '.TP\n.B 0\nDone, or nothing to do.',
    '.TP\n.B 1\nA step failed; the others were done.',
    '.TP\n.B 2\nBad usage.',
    '.TP\n.B 3\nBad configuration.',
    '.TP\n.B 4\nRefused, to protect data.',
    '.SH FILES',
    ...files.flatMap(([path, meaning]) => ['.TP', `.I ${escapeRoff(path)}`, escapeRoff(meaning)]),
    '.SH SEE ALSO',
    `${bold('gandi', 'inline')}(5)`,
  ]);
}

const files: readonly (readonly [string, string])[] = [
  ['/etc/default/gandi, /etc/sysconfig/gandi', 'Flags.'],
  ['/etc/gandi/hooks/', 'Programs of the admin that are run when a disk or interface comes or goes.'],
  ['/etc/gandi/services.d/', 'Services that use a data disk, one a line, in a file with the name of its folder.'],
  ['/etc/gandi/plugins.d/', "The admin's own steps of config."],
  ['/etc/auto.master.d/gandi.autofs, /etc/auto.gandi', 'The maps with which autofs mounts data disks; off as shipped.'],
  ['/etc/gandi/motd', 'The message of the day.'],
  ['/gandi/config, /gandi/script', 'The configuration and the script of the payload that was applied last.'],
  ['/run/gandi/status/, /run/gandi/timeline.jsonl', 'What was done in this boot.'],
  ['/var/lib/gandi/', 'What was applied, and from which payload.'],
  ['/var/log/gandi/postboot.log', "What the customer's code printed."],
];
