import { agent } from '../../src/agent/main.ts';
import { renderProgramManual } from './program-manual.ts';
import { bold } from './roff.ts';

/** gandi-agent(8). */
export function renderAgentManual(): string {
  return renderProgramManual(agent, {
    section: 8,
    description: [
      'At first boot the agent applies the configuration that the platform left for this machine. From then on it handles',
      'every disk, network interface, CPU and memory block that is attached or removed.',
      '.PP',
      'systemd runs the commands that are listed under that heading. You can run them by hand at any time; each one changes',
      `only what still differs. Use ${bold('--dry-run', 'inline')} to see what would change, and ${bold('--root', 'inline')} to work on the tree of`,
      'a machine that is not running.',
    ],
    exitStatuses: [
      [0, 'Done, or nothing to do.'],
      [1, 'A step failed; the others were done.'],
      [
        2,
        'Bad usage: a word does not fit, a file or disk that it names is not there, or root is needed. Nothing was done.',
      ],
      [3, 'Bad configuration.'],
      [4, 'Refused, to protect data.'],
      [5, 'Of status: work of the boot is under way, or nothing ran in this boot.'],
    ],
    files,
    seeAlso: ['gandi(5)', 'gandi-disks(7)', 'gandi-hooks(7)'],
  });
}

const files: readonly (readonly [string, string])[] = [
  ['/etc/default/gandi, /etc/sysconfig/gandi', 'Flags.'],
  ['/etc/gandi/hooks/', 'Programs of the admin that are run when a disk or interface comes or goes.'],
  ['/etc/gandi/services.d/', 'Services that use a data disk, one per line, in a file with the name of its folder.'],
  ['/etc/gandi/disks.d/NAME.conf', 'Assigns a data disk to a path of its own. See gandi-disks(7).'],
  ['/etc/gandi/plugins.d/', "The admin's own steps of config."],
  ['/etc/auto.master.d/gandi.autofs, /etc/auto.gandi', 'The maps with which autofs mounts data disks; off as shipped.'],
  ['/etc/gandi/motd', 'The message of the day.'],
  ['/gandi/config, /gandi/script', 'The configuration and the script of the payload that was applied last.'],
  ['/run/gandi/status/, /run/gandi/timeline.jsonl', 'What was done in this boot.'],
  ['/var/lib/gandi/', 'What was applied, and from which payload.'],
  ['/var/log/gandi/postboot.log', "What the customer's code printed."],
  [
    '/usr/share/doc/gandi-vm-agent/',
    'README.md, and below docs/ the pages: faq.md is by what you see, troubleshooting.md by what doctor says.',
  ],
];
