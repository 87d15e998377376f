import { provision } from '../../src/provision/program.ts';
import { renderProgramManual } from './program-manual.ts';

/** gandi-provision(1). */
export function renderProvisionManual(): string {
  return renderProgramManual(provision, {
    section: 1,
    description: [
      'In the machines that are booted from these images, the agent works; this program is for the host where images are made.',
      'The links in /usr/lib/gandi/compat have the names of other programs and behave as those do; cdist has the commands preos and trigger.',
    ],
    exitStatuses: [
      [0, 'Done.'],
      [1, 'A step failed.'],
      [2, 'Bad usage.'],
      [3, 'A file of profiles or of a token that cannot be used.'],
    ],
    files: [
      [
        '/var/lib/gandi-provision/serve',
        "The queue, the machines and the logs of serve; an ordinary user's are below ~/.local/state.",
      ],
    ],
    seeAlso: ['gandi-agent(8)'],
  });
}
