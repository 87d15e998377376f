import { defineConfig } from 'vitest/config';
import { LongFilesFirst } from './tools/long-files-first.ts';

const MINUTE = 60_000;
const setupFiles = ['tools/fail-on-warning.ts'];

/** Two guests at once, one a file: each keeps one core busy, and the lab allows no more. */
const guests = { setupFiles, maxWorkers: 2, testTimeout: 5 * MINUTE, hookTimeout: 10 * MINUTE };

/** Vitest leaves one core to itself unless told: of two it would use one. */
const everyCore = { setupFiles, maxWorkers: '100%' };

/** The tiers of tests, which tools/test.ts runs in order; `nightly` is what takes too long for every change. */
export default defineConfig({
  test: {
    sequence: { sequencer: LongFilesFirst },
    projects: [
      // A machine that does other things too is slow at times: a limit is there for what never ends.
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], ...everyCore, testTimeout: MINUTE } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          exclude: ['test/**/*.nightly.test.ts'],
          ...everyCore,
          testTimeout: MINUTE,
          hookTimeout: MINUTE,
        },
      },
      {
        test: {
          name: 'vm',
          include: ['test/vm/**/*.test.ts'],
          exclude: ['test/vm/**/*.nightly.test.ts'],
          ...guests,
        },
      },
      {
        test: {
          name: 'timing',
          include: ['test/timing/**/*.test.ts'],
          exclude: ['test/timing/**/*.nightly.test.ts'],
          ...guests,
          maxWorkers: 1,
        },
      },
      { test: { name: 'nightly', include: ['test/**/*.nightly.test.ts'], ...guests } },
    ],
  },
});
