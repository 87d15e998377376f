import { type Line, type Span, type Style, styled } from '../../core/command/line.ts';
import { renderTable } from '../../core/command/render-table.ts';
import { indented } from '../../core/command/wrap-words.ts';
import { renderDisks } from '../disk/disk-table.ts';
import type { WallClock } from '../event/wall-clock.ts';
import type { StageRun } from '../stage/status.ts';
import type { StatusReport } from './status-report.ts';

export interface StatusView {
  /** Of the screen, in characters. */
  readonly width: number;
  readonly clock: WallClock;
  /** Every change of every stage is listed. */
  readonly isVerbose: boolean;
}

/** The report for people: a summary, the stages, hotplug, disks, network interfaces, and what to do. */
export function renderStatus(report: StatusReport, view: StatusView): Line[] {
  const { stages, disks, otherDisks, assignmentMistakes, network } = report;
  const ran = Object.entries(stages);
  return [
    ...renderSummary(report),
    ...(report.firstBoot === 'cloud-init' ? ['first boot   left to cloud-init; disks and the like are ours'] : []),
    ...(ran.length === 0 ? [] : ['', heading('Stages')]),
    ...ran.flatMap(([name, stage]) => renderStage(name, stage, view)),
    ...renderEvents(report, view),
    ...(disks.length + otherDisks + assignmentMistakes.length === 0 ? [] : ['', heading('Disks')]),
    ...assignmentMistakes.flatMap((mistake) => renderRemark(mistake, view.width)),
    ...(disks.length === 0 ? [] : renderDisks(disks, view.width)),
    ...(otherDisks === 0 ? [] : [describeOthers(otherDisks, disks.length)]),
    ...(network.length === 0 ? [] : ['', heading('Network')]),
    ...(network.length === 0 ? [] : renderNetwork(network, view.width)),
    ...renderAdvice(report),
  ];
}

const summaries: Readonly<Record<StatusReport['state'], { readonly text: string; readonly style: Style }>> = {
  done: { text: 'all is done', style: 'green' },
  failed: { text: 'something failed', style: 'red' },
  running: { text: 'work of the boot is under way', style: 'yellow' },
  'not-run': { text: 'nothing ran in this boot', style: 'yellow' },
};

function renderSummary({ host, agent, state, waiting, disabled }: StatusReport): Line[] {
  const { text, style } = summaries[state];
  const left = [
    ...(waiting.length === 0 ? [] : [`; not begun: ${waiting.join(', ')}`]),
    ...(disabled.length === 0 ? [] : [`; not enabled: ${disabled.join(', ')}`]),
  ].join('');
  return [
    [styled('bold', host ?? 'this machine'), ': ', styled(style, text), left],
    [styled('dim', `gandi-agent ${agent}`)],
  ];
}

function heading(text: string): Line {
  return [styled('bold', text)];
}

const nameWidth = 12;

function renderStage(name: string, stage: StatusReport['stages'][string], view: StatusView): Line[] {
  const { first } = stage;
  return [...renderRun(name, stage, view), ...(first === null ? [] : renderRun('  first run', first, view))];
}

const stylesOfResults: Readonly<Record<StageRun['result'], Style>> = {
  done: 'green',
  running: 'yellow',
  failed: 'red',
};

function renderRun(name: string, run: StageRun, { clock, width, isVerbose }: StatusView): Line[] {
  const { result, startedAt, endedAt, changed, failures, notes } = run;
  const took = endedAt === null ? '' : `${(endedAt - startedAt).toFixed(1)} s`;
  const count =
    changed.length === 0 || isVerbose ? '' : `  ${changed.length} ${changed.length === 1 ? 'change' : 'changes'}`;
  const state: Span = styled(stylesOfResults[result], result.padEnd(8));
  return [
    [`${name.padEnd(nameWidth)} `, state, ` ${clock(startedAt)}  ${took.padStart(7)}${count}`],
    ...(isVerbose ? changed.map((line) => `  ${line}`) : []),
    ...failures.flatMap(({ step, message }) => renderFailure(`${step}: ${message}`, width)),
    ...notes.flatMap((note) => renderRemark(`note: ${note}`, width)),
  ];
}

function renderFailure(text: string, width: number): Line[] {
  return indented(`FAILED ${text}`, '  ', width).map((line) => [styled('red', line)]);
}

function renderRemark(text: string, width: number): Line[] {
  return indented(text, '  ', width).map((line) => [styled('yellow', line)]);
}

function renderEvents({ events }: StatusReport, { clock, width }: StatusView): Line[] {
  const { handled, waiting, failures } = events;
  if (handled === 0 && waiting === 0) return [];
  const result = failures.length > 0 ? styled('red', 'failed  ') : styled('green', 'done    ');
  const counts = [`${handled} ${handled === 1 ? 'event' : 'events'}`, ...(waiting === 0 ? [] : [`${waiting} waiting`])];
  return [
    [`${'hotplug'.padEnd(nameWidth)} `, result, ` ${counts.join(', ')}`],
    ...failures.flatMap(({ device, action, endedAt, failures: sentences }) =>
      sentences.flatMap((sentence) => renderFailure(`${clock(endedAt)} ${action} ${device}: ${sentence}`, width)),
    ),
  ];
}

function describeOthers(count: number, shown: number): string {
  const what = count === 1 ? '1 disk' : `${count} disks`;
  return `${shown === 0 ? what : `and ${what}`} not managed: gandi-agent disk list`;
}

function renderNetwork(network: StatusReport['network'], width: number): Line[] {
  const columns = [{ title: 'NAME' }, { title: 'MAC', isLeftOut: 1 }, { title: 'ADDRESSES' }];
  return renderTable(
    columns,
    network.map(({ name, macAddress, addresses }) => [name, macAddress, addresses.join(' ') || '-']),
    width,
  );
}

function renderAdvice({ state, disks }: StatusReport): Line[] {
  const advice = [
    ...(state === 'failed' ? ['what to do about it: sudo gandi-agent doctor'] : []),
    ...(state === 'not-run'
      ? ['the units of the agent start at the next boot, if they are enabled: sudo gandi-agent doctor']
      : []),
    ...(state === 'running' ? ['to wait for the end: gandi-agent status --wait'] : []),
    ...(disks.some(({ next, isMountedByAgent }) => next !== null && !isMountedByAgent)
      ? ['why a disk is not mounted: gandi-agent disk explain DEVICE']
      : []),
  ];
  return advice.length === 0 ? [] : ['', ...advice];
}
