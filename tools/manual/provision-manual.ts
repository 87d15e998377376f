import { provision } from '../../src/provision/main.ts';
import { renderProgramManual } from './program-manual.ts';

/** gandi-provision(1). */
export function renderProvisionManual(): string {
  return renderProgramManual(provision, {
    section: 1,
    description: [
      'In the machines that are booted from these images, the agent works; this program is for the host where images are made.',
      'This version shows its help and its version. It has no commands.',
    ],
    exitStatuses: [
      [0, 'Done.'],
      [2, 'Bad usage.'],
    ],
    files: [],
    seeAlso: ['gandi-agent(8)'],
  });
}
