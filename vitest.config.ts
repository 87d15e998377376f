import { defineConfig } from 'vitest/config';
import { LongFilesFirst } from './tools/long-files-first.ts';

const MINUTE = 60_000;
const setupFiles = ['tools/fail-on-warning.ts'];

/** Two guests at once, one per file: each keeps one core busy, and the lab allows no more. */
const guests = { setupFiles, maxWorkers: 2, testTimeout: 5 * MINUTE, hookTimeout: 10 * MINUTE };

/** Vitest leaves one core to itself unless told: of two it would use one. */
const everyCore = { setupFiles, maxWorkers: '100%' };

/** What a stranger, a platform or an admin wrote is read here first. */
const readersOfOutsideText = [
  'src/agent/machine-config/*.ts',
  'src/agent/sources/{cloud-config,drive-record,interfaces-text,link-networks-of,network-config-v1,network-config-v2}.ts',
  'src/agent/sources/{nocloud,nocloud-metadata,openstack,openstack-link,openstack-metadata,openstack-network}.ts',
  'src/agent/sources/{read-mtu,run-commands,yaml-boolean}.ts',
  'src/agent/flags/*.ts',
  'src/agent/event/{spool,timeline}.ts',
  'src/agent/assignment/*.ts',
  'src/agent/disk/{disk-names,disk-records,fstab,mount-name,multi-mount}.ts',
  'src/core/block-device/{mounts,partition-table,signatures}.ts',
  'src/core/payload/{payload-archive,payload-detection,payload-members,tar-header,tar-members,tar-walk}.ts',
  'src/core/text/*.ts',
];

/** The tiers of tests, which tools/test.ts runs in order; `nightly` is what takes too long for every change. */
export default defineConfig({
  test: {
    sequence: { sequencer: LongFilesFirst },
    // Of what reads text from outside; only where it is asked for, as by `make fuzz`.
    coverage: {
      provider: 'v8',
      include: readersOfOutsideText,
      reporter: ['text'],
      reportsDirectory: 'dist/coverage',
      thresholds: { branches: 95 },
    },
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
      // Each of these files uses all cores by itself, or takes as long as it is told.
      { test: { name: 'simulator', include: ['test/simulator/simulator.test.ts'], setupFiles, maxWorkers: 1 } },
      { test: { name: 'fuzz', include: ['test/fuzz/**/*.test.ts'], setupFiles, maxWorkers: 1 } },
      { test: { name: 'nightly', include: ['test/**/*.nightly.test.ts'], ...guests } },
    ],
  },
});
