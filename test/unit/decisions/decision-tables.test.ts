import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { askedTable } from '../../../src/agent/bootstrap/asked-decision.ts';
import { assignmentTable } from '../../../src/agent/disk/assignment-decision.ts';
import { checkTable } from '../../../src/agent/disk/check-decision.ts';
import { dataGrowthTable } from '../../../src/agent/disk/data-growth.ts';
import { refusalTable } from '../../../src/agent/disk/refusals.ts';
import { rootGrowthTable } from '../../../src/agent/disk/root-growth.ts';
import { swappedDiskTable } from '../../../src/agent/disk/swapped-disk-decision.ts';
import { assemblyTable } from '../../../src/agent/stack/assembly-decision.ts';
import { layerGrowthTable } from '../../../src/agent/stack/growth-decision.ts';
import { stackTable } from '../../../src/agent/stack/stack-decision.ts';
import { trialTable } from '../../../src/agent/network/trial-decision.ts';
import { choiceTable, flagTable, sourceTable } from '../../../src/agent/sources/source-designation.ts';
import { enableTable } from '../../../src/agent/swap-disk/enable-decision.ts';
import { swapDeviceTable, swapFlagTable } from '../../../src/agent/swap-disk/swap-designation.ts';
import { formatTable } from '../../../src/agent/swap-disk/format-decision.ts';
import { designationTable } from '../../../src/agent/swap-disk/swap-rows.ts';
import { wipeTable } from '../../../src/agent/swap-disk/wipe-decision.ts';
import { blankTable } from '../../../src/core/block-device/blank-decision.ts';
import { driveTable } from '../../../src/provision/preos/drive-decision.ts';

/** A table without the types of its subject, which differ. */
interface Table {
  readonly document: string;
  readonly rows: readonly { readonly row: number; readonly code: string }[];
}

interface Documented {
  /** The tables of the code that this part of the document is, together. */
  readonly tables: readonly Table[];
  /** Headings whose tables these are; without them what stands before the first heading. */
  readonly sections?: readonly string[];
  readonly tests: readonly string[];
}

const swapTests = ['format', 'wipe', 'enable'].map((act) => `test/unit/agent/swap-disk/${act}-decision.test.ts`);

const documented: readonly Documented[] = [
  { tables: [assignmentTable], tests: ['test/unit/agent/disk/assignment-decision.test.ts'] },
  { tables: [refusalTable], tests: ['test/unit/agent/disk/refusals.test.ts'] },
  { tables: [assemblyTable], tests: ['test/unit/agent/stack/assembly-decision.test.ts'] },
  { tables: [layerGrowthTable], tests: ['test/unit/agent/stack/growth-decision.test.ts'] },
  { tables: [stackTable], tests: ['test/unit/agent/stack/stack-decision.test.ts'] },
  { tables: [rootGrowthTable], tests: ['test/unit/agent/disk/root-growth.test.ts'] },
  { tables: [dataGrowthTable], tests: ['test/unit/agent/disk/data-growth.test.ts'] },
  { tables: [swappedDiskTable], tests: ['test/unit/agent/disk/swapped-disks.test.ts'] },
  { tables: [checkTable], tests: ['test/unit/agent/disk/plan.test.ts'] },
  { tables: [blankTable], tests: ['test/unit/core/block-device/blank-decision.test.ts'] },
  {
    tables: [designationTable, formatTable, wipeTable, enableTable],
    sections: ['What all three acts refuse', 'Formatting', 'Wiping the payload', 'Enabling'],
    tests: swapTests,
  },
  {
    tables: [swapFlagTable, swapDeviceTable],
    sections: ['Who is the swap disk'],
    tests: ['test/unit/agent/swap-disk/swap-designation.test.ts'],
  },
  {
    tables: [flagTable, sourceTable, choiceTable],
    tests: ['test/unit/agent/sources/source-designation.test.ts'],
  },
  {
    tables: [trialTable],
    sections: ['Once it is in place'],
    tests: ['test/unit/agent/network/trial-decision.test.ts'],
  },
  { tables: [askedTable], tests: ['test/unit/agent/bootstrap/asked-decision.test.ts'] },
  { tables: [driveTable], tests: ['test/unit/provision/preos/drive-decision.test.ts'] },
];

describe.each(documented.map((each) => [each.tables[0]?.document ?? '', each] as const))('%s', (document, each) => {
  const rows = new Map(each.tables.flatMap((table) => table.rows.map(({ row, code }) => [row, code] as const)));
  const lines = documentedRows(readFileSync(document, 'utf8'), each.sections);

  test('has the rows of the code, and no others', () => {
    expect([...lines.keys()].sort(byNumber)).toEqual([...rows.keys()].sort(byNumber));
  });

  test('has their codes', () => {
    // A line for several rows sends the reader to the document that has them.
    const wrong = [...rows].filter(([row, code]) => {
      const line = lines.get(row) ?? '';
      return !line.includes(`\`${code}\``) && !/^\| \d+–\d+ \|/.test(line);
    });
    expect(wrong).toEqual([]);
  });

  test('has a test for each row', () => {
    const tested = new Set(each.tests.flatMap((file) => testedRows(readFileSync(file, 'utf8'))));
    expect([...rows.keys()].filter((row) => !tested.has(row))).toEqual([]);
  });

  test('is named by each of its tables', () => {
    expect(each.tables.map((table) => table.document)).toEqual(each.tables.map(() => document));
  });
});

test('every document of decisions has its table here', () => {
  const known = new Set(documented.map(({ tables }) => tables[0]?.document));
  expect(globSync('docs/decisions/*.md').sort()).toEqual([...known].sort());
});

function byNumber(one: number, other: number): number {
  return one - other;
}

/** The lines of a document's tables by the number that they begin with; `5–16` is each of them. */
function documentedRows(text: string, sections: readonly string[] | undefined): Map<number, string> {
  const [before = '', ...parts] = text.split(/^## /m);
  const wanted =
    sections === undefined ? [before] : parts.filter((part) => sections.includes(part.split('\n')[0] ?? ''));
  const found = [...wanted.join('\n').matchAll(/^\| (\d+)(?:–(\d+))? \|.*$/gm)];
  return new Map(
    found.flatMap(([line, first, last]) => {
      const count = Number(last ?? first) - Number(first) + 1;
      return Array.from({ length: count }, (_, index) => [Number(first) + index, line] as const);
    }),
  );
}

/** Rows that a title or a line of test.each names: `row 7: …`, `rows 13 and 14`, `[7, 'damaged-table', …`. */
function testedRows(text: string): number[] {
  return [...text.matchAll(/\brow (\d+)\b|\[\s*(\d+),\s*'/g)].map(([, title, line]) => Number(title ?? line));
}
