import { type Line, styled } from '../../core/command/line.ts';
import { quoteWords } from '../../core/command/quote-words.ts';
import { indented } from '../../core/command/wrap-words.ts';
import type { TreeReport } from './tree-report.ts';

/** The report on a system that does not run, for people. @param width of the screen, in characters */
export function renderTreeReport(report: TreeReport, width: number): Line[] {
  const { host, root, agent, diskNames, unreadable } = report;
  return [
    [styled('bold', host ?? 'a system without a name'), `: does not run; its root is at ${root}`],
    [styled('dim', `gandi-agent ${agent}, which reads its files`)],
    '',
    ...rows(report).flatMap(([title, text]) => renderRow(title, text, width)),
    ...(diskNames.length === 0 ? [] : ['', [styled('bold', 'Folders of disks')] as Line]),
    ...diskNames.map(
      ({ uuid, name, serial }) => `  ${name}: file system ${uuid}${serial === null ? '' : `, serial ${serial}`}`,
    ),
    ...(unreadable.length === 0 ? [] : ['']),
    ...unreadable.flatMap((sentence) => indented(sentence, '  ', width).map((line): Line => [styled('red', line)])),
    '',
    `who gets in, and what will not be done: gandi-agent doctor --root ${quoteWords([root])}`,
  ];
}

function rows(report: TreeReport): (readonly [string, string])[] {
  const { enabled, flagFile, flags, configSteps, postboot, network } = report;
  const changed = Object.entries(flags).map(([name, value]) => `${name}=${value}`);
  const ours = network.files.filter(({ isOurs }) => isOurs).map(({ path }) => path);
  const others = network.files.filter(({ isOurs }) => !isOurs).map(({ path }) => path);
  return [
    ['first boot', describeFirstBoot(report)],
    ['config', configSteps.length === 0 ? 'no step was done' : configSteps.join(', ')],
    ['postboot', postboot.length === 0 ? 'nothing was run' : postboot.map(describePart).join('; ')],
    ['services', enabled.length === 0 ? 'none starts at boot' : enabled.join(', ')],
    ['flags', `${flagFile ?? 'no file'}: ${changed.length === 0 ? 'as shipped' : changed.join(', ')}`],
    ['network', `${network.tool ?? 'nothing that the agent knows'}${network.onTrial ? '; a change is on trial' : ''}`],
    ...(ours.length === 0 ? [] : [['', `written by the agent: ${ours.join(', ')}`] as const]),
    ...(others.length === 0 ? [] : [['', `of others: ${others.join(', ')}`] as const]),
  ];
}

function describeFirstBoot({ payload, drive, hasConfiguration }: TreeReport): string {
  const sources = [
    ...(payload === null
      ? []
      : [`payload of ${payload.disk} applied ${payload.appliedAt}${payload.isConsumed ? '' : ', and not yet wiped'}`]),
    ...(drive === null ? [] : [`drive applied (${drive})`]),
  ];
  if (sources.length > 0) return sources.join('; ');
  return hasConfiguration
    ? 'has a configuration, and no record that it was applied'
    : 'no configuration was ever applied';
}

function describePart({ part, startedAt, endedAt, exitCode }: TreeReport['postboot'][number]): string {
  const end = endedAt === null ? 'did not end' : `exit status ${exitCode ?? 'unknown'}`;
  return `${part} was started ${startedAt}, ${end}`;
}

const titleWidth = 12;

function renderRow(title: string, text: string, width: number): Line[] {
  const [first = '', ...more] = indented(text, ' '.repeat(titleWidth), width);
  return [`${title.padEnd(titleWidth)}${first.slice(titleWidth)}`, ...more];
}
