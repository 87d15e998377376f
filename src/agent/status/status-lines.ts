import type { StageStatus } from '../stage/status.ts';
import type { StatusReport } from './status-report.ts';

/** The report for people. */
export function renderStatus(report: StatusReport): string[] {
  const { firstBoot, stages, disks, network } = report;
  const ran = Object.entries(stages);
  return [
    ...(ran.length === 0 ? ['nothing ran in this boot'] : ran.flatMap(([name, stage]) => renderStage(name, stage))),
    ...(firstBoot === 'cloud-init' ? ['first boot   left to cloud-init; disks and the like are ours'] : []),
    ...disks.map(({ device, note }) => `${device.padEnd(12)} ${note}`),
    ...network.map(({ name, macAddress, addresses }) =>
      `${name.padEnd(12)} ${macAddress} ${addresses.join(' ')}`.trimEnd(),
    ),
  ];
}

function renderStage(name: string, stage: StageStatus): string[] {
  const since = `${stage.startedAt.toFixed(1)} s after boot`;
  const took = stage.endedAt === null ? '' : `${(stage.endedAt - stage.startedAt).toFixed(1)} s, `;
  return [
    `${name.padEnd(12)} ${stage.result}, ${took}${since}`,
    ...stage.changed.map((line) => `  ${line}`),
    ...stage.failures.map(({ step, message }) => `  FAILED ${step}: ${message}`),
  ];
}

/** True once nothing is under way and nothing failed. */
export function isAllDone({ stages }: Pick<StatusReport, 'stages'>): boolean {
  return Object.values(stages).every(({ result }) => result === 'done');
}
