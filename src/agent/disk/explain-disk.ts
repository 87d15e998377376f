import { type Line, styled } from '../../core/command/line.ts';
import { indented } from '../../core/command/wrap-words.ts';
import { describeBytes } from '../../core/text/byte-size.ts';
import type { ListedDisk } from './describe-disk.ts';
import { describeUse, nameDisk } from './disk-table.ts';

/** What else is known of a disk. */
export interface DiskHistory {
  /** What was done with it in this boot, oldest first: `12:44:03  mount /dev/sdb (ext4) at /srv/data`. */
  readonly done: readonly string[];
  /** Programs that use it: `sleep (1893)`. */
  readonly users: readonly string[];
  /** Its label or serial, where its folder has another name: another disk has that one. */
  readonly wantedName: string | undefined;
}

/** What a disk is, why, and what to do next: for a person. */
export function explainDisk(disk: ListedDisk, { done, users, wantedName }: DiskHistory, width: number): Line[] {
  const { note, next, uuid, serial, model, mountPoint } = disk;
  const rows: [string, string | undefined][] = [
    ['next', next ?? undefined],
    ['folder', wantedName === undefined ? undefined : `${mountPoint}, as another disk has the name ${wantedName}`],
    ...disk.assignments.map((assignment): [string, string] => ['path', describeAssignment(assignment)]),
    ['used', describeSpace(disk)],
    ['unused', describeUnused(disk)],
    ['UUID', uuid ?? undefined],
    ['serial', serial ?? undefined],
    ['model', model ?? undefined],
    ['marked', describeMark(disk)],
    ['users', users.length === 0 ? undefined : enumerate(users)],
  ];
  return [
    ...paragraph(`${nameDisk(disk)} is ${note}.`, width).map(
      (line, index): Line => (index === 0 ? [styled('bold', line)] : line),
    ),
    ...rows.flatMap(([name, text]) => (text === undefined ? [] : row(name, text, width))),
    ...done.flatMap((line, index) => row(index === 0 ? 'done' : '', line, width)),
  ];
}

function paragraph(text: string, width: number): string[] {
  return indented(text, '', width);
}

const nameWidth = 8;

function row(name: string, text: string, width: number): Line[] {
  const indent = ' '.repeat(2 + nameWidth);
  return indented(text, indent, width).map(
    (line, index): Line =>
      index === 0 ? [styled('dim', `  ${name.padEnd(nameWidth)}`), line.slice(indent.length)] : line,
  );
}

function describeAssignment({ file, path, isReadOnly }: ListedDisk['assignments'][number]): string {
  return `${path}${isReadOnly ? ', read-only' : ''}, as ${file} says`;
}

const mostUsers = 12;

/** Each of them keeps the disk where it is, and a screen is finite. */
function enumerate(users: readonly string[]): string {
  const rest = users.length - mostUsers;
  return `${users.slice(0, mostUsers).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function describeSpace(disk: ListedDisk): string | undefined {
  const { usedBytes, totalBytes } = disk;
  if (usedBytes === null || totalBytes === null) return undefined;
  return `${describeBytes(usedBytes)} of ${describeBytes(totalBytes)} (${describeUse(disk)})`;
}

function describeUnused({ unusedBytes }: ListedDisk): string | undefined {
  if (unusedBytes === null) return undefined;
  const room = `${describeBytes(unusedBytes)} of its disk, behind the partition`;
  return `${room}; CONFIG_GROW_PARTITION=1 in the flags file lets it grow there`;
}

function describeMark({ isMarked, markedBy, looksLike, code }: ListedDisk): string {
  if (code === 'system-disk') return 'by no rule, and none would have it mounted';
  if (isMarked)
    return markedBy === null ? 'as a data disk, by a rule of your own' : `as a data disk, by the rule of ${markedBy}`;
  return looksLike === null ? 'by no rule' : `by no rule; it looks like a volume of ${looksLike}`;
}
