import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/**
 * Faults of the output that people met, each with its finding. They are looked for in the pages of one guest with twelve
 * disks, as the agent printed them before and as it prints them now (docs/testing.md).
 */
interface Fault {
  readonly finding: string;
  readonly what: string;
  readonly pages: readonly string[];
  /** Where it is in a page; nowhere is an empty list. */
  readonly find: (text: string, width: number) => readonly string[];
}

const both = (name: string) => [`${name}-60`, `${name}-120`];
const narrow = ['status-60', 'disk-list-60', 'disk-explain-60', 'doctor-60', 'timeline-60'];
const wide = ['disk-list-120', 'disk-explain-120', 'timeline-120'];

const linesOf = (text: string) => text.split('\n');
const lines = (pattern: RegExp) => (text: string) => linesOf(text).filter((line) => pattern.test(line));
const missing = (pattern: RegExp) => (text: string) => (pattern.test(text) ? [] : [`nowhere: ${pattern}`]);
const pairs = (found: readonly string[], is: (before: string, after: string) => boolean) =>
  found.slice(1).filter((line, index) => is(found[index] ?? '', line));

/** What is told of one disk stands between two empty lines. */
const paragraphs = (text: string) => text.trim().split(/\n{2,}/);

/** An event of the timeline, and what was done for it below. */
const events = (text: string) =>
  text
    .split(/^(?= *[\d-]+ +\d+\.\d\d s|\d\d:\d\d:\d\d)/m)
    .slice(1)
    .map(linesOf);

const faults: readonly Fault[] = [
  // Disks: what is said is what is.
  {
    finding: 'A2',
    what: 'a disk that somebody unmounted is told to be mounted, in the list beside an empty MOUNTED AT',
    pages: [...both('disk-list'), ...both('status')],
    find: lines(/^\/dev\/sdb .*mounted at /),
  },
  {
    finding: 'A5',
    what: 'no word of the disk that was pulled while it was mounted',
    pages: [...both('status'), ...both('doctor')],
    find: missing(/\/dev\/sdl: the disk of\s+\/srv\/old\s+was\s+pulled/),
  },
  {
    finding: 'A6',
    what: 'a disk that no rule marks is not shown',
    pages: [...both('disk-list'), ...both('doctor')],
    find: missing(/\/dev\/vdc/),
  },
  {
    finding: 'A6',
    what: 'no word for CONFIG_DATA_DISKS that would take the disk',
    pages: [...both('disk-explain'), ...both('doctor')],
    find: missing(/CONFIG_DATA_DISKS="auto hetzner"/),
  },
  { finding: 'A11', what: 'a misspelt flag is not named', pages: both('doctor'), find: missing(/CONFIG_ALOW_MOUNT/) },

  // What nobody asked for.
  {
    finding: 'A8',
    what: 'bookkeeping',
    pages: [...both('status'), ...both('timeline')],
    find: lines(
      /remember |reserve |record:|forget \w+@\d|hook due|payload-was-here|make folder \/run\/gandi|root-filled/,
    ),
  },
  {
    finding: 'A8',
    what: 'the same line twice below one event',
    pages: both('timeline'),
    find: (text) =>
      events(text).flatMap((event) => event.filter((line, at) => line !== '' && event.indexOf(line) < at)),
  },
  {
    finding: 'A8',
    what: 'a hook that holds only comments is run',
    pages: both('timeline'),
    find: lines(/run hook post-disk-attach/),
  },
  {
    finding: 'A8',
    what: 'it begins with a stage, and not with whether all is well',
    pages: both('status'),
    find: (text) =>
      linesOf(text)
        .slice(0, 1)
        .filter((line) => /^bootstrap /.test(line)),
  },
  { finding: 'A8', what: 'no version of the agent', pages: both('status'), find: missing(/^gandi-agent \d/m) },
  {
    finding: 'A8',
    what: 'no heading over disks and network interfaces',
    pages: both('status'),
    find: (text) => pairs(linesOf(text), (before, after) => /^enp/.test(after) && !/^NAME /.test(before)),
  },
  {
    finding: 'A8',
    what: 'a blank disk, a container or a clone is somebody’s choice',
    pages: both('doctor'),
    find: lines(/^by choice +\/dev\/sd[cdef] /),
  },

  // The form of a page.
  {
    finding: 'A9',
    what: 'a line is wider than the screen',
    pages: [...narrow, ...wide],
    find: (text, width) => linesOf(text).filter((line) => [...line].length > width),
  },
  {
    finding: 'A9',
    what: 'STATE repeats MOUNTED AT',
    pages: both('disk-list'),
    find: lines(/ (\/srv\/\S+) +mounted at \1$/),
  },
  { finding: 'A9', what: '66 columns of indentation', pages: both('timeline'), find: lines(/^ {66}/) },
  {
    finding: 'A9',
    what: 'seconds since the boot in place of the clock',
    pages: both('timeline'),
    find: lines(/^ *[\d-]+ +\d+\.\d\d s /),
  },
  { finding: 'A9', what: 'milliseconds of many digits', pages: both('timeline'), find: lines(/ \d{4,} ms/) },
  {
    finding: 'A9',
    what: 'an event stands behind a later one',
    pages: both('timeline'),
    find: (text) =>
      pairs(
        events(text).map(([head = '']) => /\d+\.\d\d(?= s)|\d\d:\d\d:\d\d/.exec(head)?.[0].padStart(8) ?? ''),
        (before, after) => after < before,
      ),
  },
  { finding: 'A9', what: 'stages are not in it', pages: both('timeline'), find: missing(/ bootstrap$/m) },

  // A disk is explained.
  {
    finding: 'A12',
    what: 'one sentence, and nothing below it',
    pages: both('disk-explain'),
    find: (text) => paragraphs(text).filter((paragraph) => !/^ {2}\w/m.test(paragraph)),
  },
  {
    finding: 'A12',
    what: 'no size and no label',
    pages: both('disk-explain'),
    find: missing(/\(ext4, 64 MiB, "data"\)/),
  },
  { finding: 'A12', what: 'no UUID', pages: both('disk-explain'), find: missing(/^ +UUID +\S/m) },
  { finding: 'A12', what: 'no serial', pages: both('disk-explain'), find: missing(/disk-42/) },
  {
    finding: 'A12',
    what: 'no word of the rule that marked it',
    pages: both('disk-explain'),
    find: missing(/by the rule of/),
  },
  {
    finding: 'A12',
    what: 'not why it is at data_2',
    pages: both('disk-explain'),
    find: missing(/as another disk has the name\s+data/),
  },
  {
    finding: 'A12',
    what: 'no command for a blank disk, a container or a volume',
    pages: both('disk-explain'),
    find: (text) => ['mkfs.ext4', 'cryptsetup open', 'pvs'].filter((command) => !text.includes(`\`${command}`)),
  },
  {
    finding: 'A12',
    what: 'the disk of the system is one that no rule marks',
    pages: both('disk-explain'),
    find: lines(/^\/dev\/vda .*no line of the udev rules/),
  },
  { finding: 'A12', what: 'no serial and no use', pages: ['disk-list-120'], find: missing(/USE% .*SERIAL/) },
  {
    finding: 'A12, part 4 no. 22',
    what: 'it points to a file that no package brought',
    pages: both('disk-explain'),
    find: lines(/docs\/\S+\.md/),
  },

  // Words.
  {
    finding: 'part 4 no. 21',
    what: 'what udev finds, in place of "blank"',
    pages: [...both('disk-list'), ...both('disk-explain'), ...both('status'), ...both('doctor')],
    find: lines(/udev finds/),
  },
  {
    finding: 'part 4 no. 22',
    what: 'LUKS is no file system',
    pages: [...both('disk-list'), ...both('disk-explain'), ...both('status'), ...both('doctor')],
    find: lines(/crypto_LUKS, which is no file system/),
  },
];

describe.each(faults)('$finding: $what', ({ pages, find }) => {
  test.each(pages)('is in %s of before, and not in that of now', (page) => {
    const width = Number(/\d+$/.exec(page)?.[0]);
    const look = (folder: string) => find(readFileSync(`test/golden/${folder}/${page}.txt`, 'utf8'), width);
    expect(look('guest-pages-before')).not.toEqual([]);
    expect(look('guest-pages')).toEqual([]);
  });
});
