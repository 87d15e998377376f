import { describe, expect, test } from 'vitest';
import { planDisk } from '../../../../src/agent/disk/plan.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { attached, diskFacts, record } from './disk-example.ts';

const note = 'left alone: the running system is on it';
const swap = { ...attached, fileSystem: 'swap', usage: 'other', encodedLabel: undefined };
const known = { ...record, fileSystem: 'swap', mountPoint: null, filledBytes: null, note };
const pulledSwaps = ['/dev/sdb'];

const kindsOf = (facts: Partial<Parameters<typeof planDisk>[0]>, flagText = '') =>
  planDisk(diskFacts(facts), parseFlags(flagText).flags).flatMap(({ actions }) => actions.map(({ kind }) => kind));

describe('a swap disk that is pulled', () => {
  test('row 60: while it is swap in use is a problem, and is told once', () => {
    const gone = { attached: undefined, records: [known] };
    const [step] = planDisk(diskFacts({ ...gone, pulledSwaps }), parseFlags('').flags);
    expect(step).toMatchObject({ actions: [{ kind: 'forget-disk' }] });
    expect(step?.problem).toMatch(/\/dev\/sdb was pulled while it was swap.*lost.*swapoff \/dev\/sdb/);
    expect(planDisk(diskFacts(gone), parseFlags('').flags)[0]).not.toHaveProperty('problem');
  });

  test('row 61: comes back and is enabled, once for an attachment', () => {
    const back = { attached: swap, pulledSwaps, isDesignatedSwap: true };
    expect(kindsOf(back)).toEqual(['remember-disk', 'enable-swap']);
    expect(kindsOf({ ...back, records: [{ ...known, note: 'left alone: it is swap' }] })).not.toContain('enable-swap');
  });

  test.each([
    ['row 62: comes back as no swap disk of the platform: left alone', { isDesignatedSwap: false }, ''],
    ['row 62: comes back where swap is off: left alone', { isDesignatedSwap: true }, 'CONFIG_SWAP=0'],
    [
      'row 63: was not there before: the boot looks for a payload on it',
      { isDesignatedSwap: true, pulledSwaps: [] },
      '',
    ],
    ['row 63: nor was one of its name', { isDesignatedSwap: true, pulledSwaps: ['/dev/sdba'] }, ''],
  ])('%s', (_, changes, flagText) => {
    expect(kindsOf({ attached: swap, pulledSwaps, ...changes }, flagText)).toEqual(['remember-disk']);
  });
});
