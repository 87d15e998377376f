import type { DoctorFacts } from './doctor-facts.ts';
import type { Finding } from './finding.ts';

/** What failed in a stage of this boot, and how it is done again. */
export function failedStages({ stages, services: { init }, isConfigured }: DoctorFacts): Finding[] {
  return Object.entries(stages).flatMap(([name, stage]) =>
    stage.failures.map(({ step, message }) => ({
      code: 'stage-failed',
      problem: `${name}: ${step} failed: ${message}`,
      fix: fixOfStage(name, init, isConfigured),
      isChoice: false,
    })),
  );
}

/** What was applied is not applied again, and the customer's code is started once for a payload: to start these stages again runs nothing. */
function fixOfStage(name: string, init: DoctorFacts['services']['init'], isConfigured: boolean): string {
  if (name === 'bootstrap' && isConfigured) {
    return 'do what the message says, then run `gandi-agent bootstrap --again`, which keeps a copy of each file that it replaces';
  }
  if (name === 'postboot') {
    return 'mend what failed, then run `/gandi/script` by hand: the agent does not start it again for this payload';
  }
  const again = {
    systemd: `systemctl restart gandi-${name}`,
    sysvinit: `service gandi-${name} restart`,
    openrc: `rc-service gandi-${name} restart`,
  };
  return `do what the message says, then run \`${again[init]}\``;
}
