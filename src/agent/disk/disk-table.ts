import { type Line, type Span, type Style, styled } from '../../core/command/line.ts';
import { type Column, renderTable } from '../../core/command/render-table.ts';
import { describeBytes } from '../../core/text/byte-size.ts';
import type { ListedDisk } from './describe-disk.ts';

const columns: readonly Column[] = [
  { title: 'DEVICE' },
  { title: 'SIZE', isRight: true },
  { title: 'USE%', isRight: true, isLeftOut: 1 },
  { title: 'TYPE', isLeftOut: 2 },
  { title: 'LABEL', isLeftOut: 3 },
  { title: 'SERIAL', isLeftOut: 4 },
  { title: 'STATE' },
];

/** One disk or partition per line, as wide as the screen. */
export function renderDisks(disks: readonly ListedDisk[], width: number): Line[] {
  return renderTable(
    columns,
    disks.map((disk) => rowOf(disk, Number.isFinite(width))),
    width,
  );
}

/** @param isShort a program, or a person without a screen, gets the whole sentence */
function rowOf(disk: ListedDisk, isShort: boolean): Span[] {
  const { device, parent, sizeBytes, fileSystem, label, serial } = disk;
  return [
    parent === null ? device : `  ${device}`,
    describeBytes(sizeBytes),
    describeUse(disk),
    fileSystem ?? '-',
    label ?? '-',
    parent === null ? (serial ?? '-') : '',
    styledState(disk, isShort),
  ];
}

/** As df(1) rounds: what is used at all is 1 %. */
export function describeUse({ usedBytes, totalBytes }: Pick<ListedDisk, 'usedBytes' | 'totalBytes'>): string {
  return usedBytes === null || !totalBytes ? '-' : `${Math.ceil((usedBytes / totalBytes) * 100)} %`;
}

const stylesOfStates: Partial<Record<ListedDisk['state'], Style>> = {
  mounted: 'green',
  hidden: 'red',
  'not-served': 'yellow',
  'not-handed-over': 'yellow',
  ready: 'yellow',
};

function styledState({ state, summary, note }: ListedDisk, isShort: boolean): Span {
  const style = stylesOfStates[state];
  const text = isShort ? summary : note;
  return style === undefined ? text : styled(style, text);
}

/** A disk in one piece of a sentence: `/dev/sdc (xfs, 320 MiB, "backup")`. */
export function nameDisk({ device, fileSystem, sizeBytes, label }: ListedDisk): string {
  const words = [fileSystem, sizeBytes === 0 ? null : describeBytes(sizeBytes), label === null ? null : `"${label}"`];
  return `${device} (${words.filter((word) => word !== null).join(', ')})`;
}
